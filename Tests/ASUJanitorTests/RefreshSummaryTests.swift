import ASUCore
import Testing

@testable import ASUJanitor

struct RefreshSummaryTests {
    @Test func description_counts_areOneLineAVersion() throws {
        var summary = RefreshSummary()
        var loaded = VersionLoader.Loaded(
            manifest: VersionManifest(version: "24.10.4", updatedAt: 1, targets: [:], feeds: [:])
        )
        loaded.profiles = 3
        loaded.packages = 4
        loaded.missing = ["b", "a"]
        summary.add(try #require(Version("24.10.4")), loaded)
        summary.emptyBranches = ["21.02"]
        summary.generation = 7
        summary.duration = .milliseconds(1260)
        #expect(
            summary.description == """
                24.10.4: 0 targets, 3 profiles, 4 packages for 0 architectures
                no version upstream of: 21.02
                missing upstream and skipped: 2 (a, b)
                catalog generation 7 in force after 1.3 s
                """
        )
    }
}
