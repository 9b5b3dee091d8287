import ASUTestSupport
import Foundation
import Testing

@testable import ASUWorker

/// How a request's keys meet those of a tree, by the real build script.
@Suite struct RepositoryKeyTests {
    private func keys(_ own: [String: String], of request: [String: String]) async throws -> [String] {
        let folder = try TemporaryDirectory("keys")
        let makefile = "image:\n\t@for key in keys/*; do echo \"$$key $$(cat $$key)\"; done\n"
        try folder.write(makefile, to: "pristine/tree/Makefile")
        try folder.write("", to: "pristine/tree/repositories.conf")
        try folder.write("", to: "logs/here")
        try folder.write("", to: "work/here")
        for (name, text) in own { try folder.write(text, to: "pristine/tree/keys/\(name)") }
        for (name, text) in request { try folder.write(text, to: "input/keys/\(name)") }
        let command = SandboxedCommand(
            [
                "/bin/sh", "-c", .text(BuildScript.build), "asu-build", .path(in: "/pristine", ""),
                .path(in: "/build", ""), "", "", "board", "", "label", "", "", "", "", .path(in: "/run/asu", "keys"),
            ],
            mounts: [.init(folder.file("pristine"), at: "/pristine"), .init(folder.file("input"), at: "/run/asu")],
            workspace: .folder(.init(folder.file("work"), at: "/build", isWritable: true)),
            logFolder: folder.file("logs")
        )
        let outcome = try await UnconfinedSandbox().run(command, limits: SandboxLimits(wallTime: .seconds(60)))
        #expect(outcome.exitCode == 0, "\(outcome.stderr.tail)")
        return outcome.stdout.tail.split(separator: "\n").map(String.init)
    }

    @Test func key_withTheNameOfATrustedOne_doesNotReplaceIt() async throws {
        let all = try await keys(["d310c6f2833e97f7": "openwrt"], of: ["d310c6f2833e97f7": "evil", "aa": "own"])
        #expect(all == ["keys/aa own", "keys/d310c6f2833e97f7 openwrt"])
    }

    @Test func key_inATreeWithoutAny_isAdded() async throws {
        #expect(try await keys([:], of: ["aa": "own"]) == ["keys/aa own"])
    }
}
