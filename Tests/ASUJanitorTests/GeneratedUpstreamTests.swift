import ASUCore
import ASUTestSupport
import Glibc
import Testing

@testable import ASUJanitor

/// A bigger tree, in the shape that an older janitor reads, made by the generator beside the package.
@Suite(.timeLimit(.minutes(1))) struct GeneratedUpstreamTests {
    private static let generator: String? = {
        guard let file = realpath(#filePath, nil) else { return nil }
        defer { free(file) }
        let parts = String(cString: file).split(separator: "/")
        // Three parts up: the file, ASUJanitorTests, Tests.
        let path = "/" + parts.dropLast(3).joined(separator: "/") + "/../shared/tools/gen_upstream.py"
        return TemporaryDirectory.exists(path) && TemporaryDirectory.exists("/usr/bin/python3") ? path : nil
    }()

    @Test(.enabled(if: generator != nil && NginxServer.isAvailable))
    func run_generatedTree_countsEverything() async throws {
        let tree = try UpstreamTree()
        let python = try ChildProcess(
            "/usr/bin/python3",
            [
                try #require(Self.generator), "--out", tree.folder.path, "--branch", "22.03", "--version", "22.03.4",
                "--targets", "6", "--profiles", "5", "--arches", "4", "--packages", "20", "--target-packages", "10",
            ]
        )
        #expect(try await python.wait() == .exited(0))
        try await withJanitor(tree) { fixture in
            let summary = try await fixture.run(["22.03"])
            let line = try #require(summary.lines.first)
            #expect(line.version.text == "22.03.4")
            #expect(line.targets == 6)
            #expect(line.architectures == 4)
            #expect(line.profiles == 30)
            #expect(line.packages == 6 * 10 + 4 * 5 * 20)
            #expect(try await fixture.versions() == ["22.03.4"])
        }
    }
}
