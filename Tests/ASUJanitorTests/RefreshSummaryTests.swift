import ASUCore
import Testing

@testable import ASUJanitor

struct RefreshSummaryTests {
    @Test func description_counts_areOneLineAVersion() throws {
        let index = VersionManifest.Index(blob: "b", knowsProvides: true, packages: 2)
        let target = VersionManifest.TargetRecord(
            architecture: "x86_64",
            revision: "r1",
            profiles: "p",
            document: "d",
            indexes: ["packages": index],
            profileCount: 3
        )
        let manifest = VersionManifest(version: "24.10.4", updatedAt: 1, targets: ["x86/64": target], feeds: [:])
        let feeds = BranchFeeds(
            branch: "24.10",
            updatedAt: 1,
            architectures: ["x86_64": ["base": index], "mips_24kc": ["base": index]]
        )
        var summary = RefreshSummary()
        summary.add(try #require(Version("24.10.4")), manifest, feeds: feeds)
        summary.feeds = ["24.10"]
        summary.emptyBranches = ["21.02"]
        summary.missing = ["b", "a"]
        summary.failures = [UpstreamError(.malformed, url: "http://u/x", reason: "is HTML")]
        summary.generation = 7
        summary.duration = .milliseconds(1260)
        #expect(
            summary.description == """
                24.10.4: 1 targets, 3 profiles, 4 packages for 1 architectures
                feeds changed: 24.10
                no version upstream of: 21.02
                missing upstream and skipped: 2 (a, b)
                failed, old data kept: 1
                  http://u/x: is HTML
                catalog generation 7 in force after 1.3 s
                """
        )
    }

    @Test func description_nothingChanged_saysSo() {
        var summary = RefreshSummary()
        #expect(summary.description == "nothing has changed after 0.0 s")
        summary.isDryRun = true
        #expect(summary.description == "dry run after 0.0 s: nothing has changed")
    }
}
