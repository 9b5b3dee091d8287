import ASUCore
import ASUTestSupport
import Foundation
import Testing

@testable import ASUWorker

@Suite struct JobFolderTests {
    private let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory("jobs")
    }

    private static let repositories = RepositoryFile(
        original: "src imagebuilder file:packages\n",
        format: .opkg,
        upstream: "http://up",
        door: "http://door",
        repositories: [],
        mode: .append
    )

    @Test func removeLeftovers_deadAndOwnPids_goAndLiveOnesStay() async throws {
        let dead = try ChildProcess("/bin/true")
        try await dead.wait()
        let live = try ChildProcess("/bin/sleep", ["600"])
        // This process's number is that of an earlier one: it hasn't made a folder yet.
        let names = ["\(dead.processID)-1", "\(live.processID)-2", "\(getpid())-door", "stray", "0-1", "-1-1"]
        for name in names { try folder.write("x", to: "\(name)/input/file") }
        try JobFolder.removeLeftovers(in: folder.path)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["\(live.processID)-2"])
        try await live.stop()
        try JobFolder.removeLeftovers(in: folder.path)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    @Test func removeLeftovers_noFolderYet_isFine() throws {
        try JobFolder.removeLeftovers(in: folder.file("none"))
        #expect(!TemporaryDirectory.exists(folder.file("none")))
    }

    @Test func create_again_beginsEmpty() async throws {
        let first = try await JobFolder.create(in: folder.path, token: 7)
        try FileManager.default.createDirectory(atPath: first.workspace + "/tree", withIntermediateDirectories: true)
        let second = try await JobFolder.create(in: folder.path, token: 7)
        #expect(first.path == second.path)
        #expect(try FileManager.default.contentsOfDirectory(atPath: second.workspace).isEmpty)
        try await second.remove()
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    @Test func fill_request_writesFeedsScriptAndKeys() async throws {
        let job = try await JobFolder.create(in: folder.path, token: 1)
        let usign = "RWTTEMbygz6X95lKDAulctZy3aj15823THXfyrfXgwGbxZlXBd2brNcw"
        let pem = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"
        let request = try SampleJob.request {
            $0.defaults = "echo '$(reboot)'\n"
            $0.repositoryKeys = [usign, pem]
        }
        try await job.fill(repositories: Self.repositories, request: request)
        func text(_ name: String) throws -> String {
            try String(contentsOfFile: job.input + "/" + name, encoding: .utf8)
        }
        #expect(try text("repositories") == "src imagebuilder file:packages\n")
        #expect(try text("files/etc/uci-defaults/99-asu-defaults") == "echo '$(reboot)'\n")
        let script = try FileManager.default.attributesOfItem(
            atPath: job.input + "/files/etc/uci-defaults/99-asu-defaults"
        )
        #expect(script[.posixPermissions] as? Int == 0o755)
        #expect(try Set(FileManager.default.contentsOfDirectory(atPath: job.input + "/keys")).count == 2)
        #expect(try text("keys/d310c6f2833e97f7").hasSuffix("\n\(usign)\n"))
        #expect(try text("keys/asu-1.pem") == pem)
    }

    @Test func fill_plainRequest_makesNoOverlayAndNoKeys() async throws {
        let job = try await JobFolder.create(in: folder.path, token: 1)
        try await job.fill(repositories: Self.repositories, request: SampleJob.request())
        #expect(try FileManager.default.contentsOfDirectory(atPath: job.input) == ["repositories"])
    }
}
