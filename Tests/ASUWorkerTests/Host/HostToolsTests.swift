import ASUCore
import ASUTestSupport
import Foundation
import Testing

@testable import ASUWorker

@Suite struct HostToolsTests {
    private let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory("tools")
        for tool in HostTools.required { try install(tool.program) }
    }

    private func install(_ program: String, mode: Int = 0o755) throws {
        let path = try folder.write("#!/bin/sh\n", to: program)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    @Test func check_everythingThere_passes() throws {
        try HostTools.check(sandbox: .none, path: "/nowhere:\(folder.path)")
    }

    @Test func check_missingProgram_isNamedWithItsPackage() throws {
        unlink(folder.file("xz"))
        let error = #expect(throws: HostError.self) { try HostTools.check(sandbox: .none, path: folder.path) }
        #expect(error?.description == "missing on this host: xz; on Debian: apt-get install xz-utils")
    }

    @Test func check_bubblewrap_needsItsProgramsToo() throws {
        let error = #expect(throws: HostError.self) { try HostTools.check(sandbox: .bubblewrap, path: folder.path) }
        let expected = "missing on this host: bwrap, socat; on Debian: apt-get install bubblewrap socat"
        #expect(error?.description == expected)
    }

    @Test func check_twoOfOnePackage_nameItOnce() throws {
        unlink(folder.file("getopt"))
        unlink(folder.file("prlimit"))
        let error = #expect(throws: HostError.self) { try HostTools.check(sandbox: .none, path: folder.path) }
        let expected = "missing on this host: getopt, prlimit; on Debian: apt-get install util-linux"
        #expect(error?.description == expected)
    }

    @Test func check_emptyPath_findsNothing() throws {
        let error = #expect(throws: HostError.self) { try HostTools.check(sandbox: .none, path: "") }
        #expect(error?.description.contains("make") == true)
    }
}
