import ASUCore
import ASUTestSupport
import Testing

@testable import ASUJanitor

/// What a second and a third refresh do.
@Suite(.timeLimit(.minutes(1)), .enabled(if: NginxServer.isAvailable)) struct CatalogUpdateTests {
    private static let base = "releases/24.10.4"

    private static func tree() throws -> UpstreamTree {
        let tree = try UpstreamTree()
        try tree.list(["24.10.4", "24.10.3", "24.10.2"])
        for version in ["24.10.4", "24.10.3"] { try tree.addRelease(version) }
        try tree.addRelease("24.10-SNAPSHOT")
        return tree
    }

    @Test func run_unchangedUpstream_asksConditionallyAndWritesNothing() async throws {
        let tree = try Self.tree()
        try await withJanitor(tree) { fixture in
            let first = try await fixture.run()
            #expect(first.lines.map(\.version.text) == ["24.10.4", "24.10-SNAPSHOT", "24.10.3"])
            #expect(first.feeds == ["24.10"])
            let before = try await fixture.server.requests(atLeast: 1).count
            let keys = try await fixture.redis.send(RedisCommand("DBSIZE")).int
            let second = try await fixture.run()
            #expect(!second.hasChanges)
            #expect(second.generation == first.generation)
            #expect(second.description == "nothing has changed after \(second.description.suffix(5))")
            #expect(try await fixture.redis.send(RedisCommand("DBSIZE")).int == keys)
            let requests = try await fixture.server.requests(atLeast: before + 10).dropFirst(before)
            let status = requests.map { $0.split(separator: " ")[3] }
            #expect(Set(status) == ["304"], "\(requests)")
            // Of the finished releases only the list of targets and the feeds, which move on.
            let release = requests.filter { $0.contains("24.10.4") }
            #expect(release.count == 1 + 2 + 4, "\(release)")
            #expect(!requests.contains { $0.contains("24.10.3") || $0.contains("24.10.2") })
        }
    }

    @Test func run_changedFeed_isReadAloneAndMakesANewGeneration() async throws {
        let tree = try Self.tree()
        try await withJanitor(tree) { fixture in
            let first = try await fixture.run()
            let before = try await fixture.server.requests(atLeast: 1).count
            try tree.addIndex("\(Self.base)/packages/x86_64/luci", ["luci", "luci-x86_64", "luci-app-new"])
            let second = try await fixture.run()
            #expect(second.feeds == ["24.10"])
            #expect(second.lines.isEmpty)
            #expect(second.generation == first.generation + 1)
            let read = try await fixture.server.requests(atLeast: before + 10).dropFirst(before)
                .filter { $0.contains(" 200 ") }
            #expect(read.map { $0.split(separator: " ")[1] } == ["/\(Self.base)/packages/x86_64/luci/Packages"])
            // The older release has the same feeds.
            for manifest in try await fixture.store.load().manifests.values where manifest.version != "24.10-SNAPSHOT" {
                let index = try #require(manifest.feeds["x86_64"]?["luci"])
                let table = try await fixture.store.table(index)
                #expect(table[try #require(PackageName("luci-app-new"))] != nil)
                #expect(index.packages == 3)
            }
        }
    }

    @Test func run_snapshotMovesOn_namesItsNewRevisions() async throws {
        let tree = try Self.tree()
        try await withJanitor(tree) { fixture in
            _ = try await fixture.run()
            let path = "releases/24.10-SNAPSHOT/targets/x86/64/profiles.json"
            try tree.write(
                #"{"arch_packages":"x86_64","version_code":"r2-new","profiles":{"generic":{}}}"#,
                to: path
            )
            let summary = try await fixture.run()
            #expect(summary.lines.map(\.version.text) == ["24.10-SNAPSHOT"])
            #expect(
                summary.revisions == [
                    .init(
                        version: try #require(Version("24.10-SNAPSHOT")),
                        target: try #require(Target("x86/64")),
                        revision: "r2-new"
                    )
                ]
            )
            let manifest = try #require(try await fixture.manifest("24.10-SNAPSHOT"))
            // It has no kernel of its own any more, and the other target is as it was.
            #expect(manifest.targets["x86/64"]?.indexes.map { Set($0.keys) } == ["packages"])
            #expect(manifest.targets["ath79/generic"]?.revision == "r1-24.10-SNAPSHOT")
        }
    }

    @Test func run_targetThatUpstreamDropped_goes() async throws {
        let tree = try Self.tree()
        try await withJanitor(tree) { fixture in
            _ = try await fixture.run()
            for version in ["24.10-SNAPSHOT", "24.10.4"] {
                try tree.write(#"{"x86/64":"x86_64"}"#, to: "releases/\(version)/.targets.json")
            }
            _ = try await fixture.run()
            let manifest = try await fixture.manifest("24.10-SNAPSHOT")
            #expect(manifest?.targets.keys.sorted() == ["x86/64"])
            // A release is final: what it had stays.
            let other = try await fixture.manifest("24.10.4")
            #expect(other?.targets.keys.sorted() == ["ath79/generic", "x86/64"])
        }
    }

    @Test func run_targetThatComesLater_isAdded() async throws {
        let tree = try Self.tree()
        let profiles = "\(Self.base)/targets/ath79/generic/profiles.json"
        let text = try TemporaryDirectory.contents(of: tree.folder.file(profiles))
        try tree.remove(profiles)
        try await withJanitor(tree) { fixture in
            let summary = try await fixture.run()
            #expect(summary.missing == [profiles])
            let other = try await fixture.manifest("24.10.4")
            #expect(other?.absent == ["ath79/generic": "mips_24kc"])
            try tree.write(String(decoding: text, as: UTF8.self), to: profiles)
            let next = try await fixture.run()
            #expect(next.lines.map(\.version.text) == ["24.10.4"])
            let manifest = try #require(try await fixture.manifest("24.10.4"))
            #expect(manifest.absent == nil)
            #expect(manifest.targets["ath79/generic"]?.profileCount == 1)
        }
    }

    @Test func run_newestVersion_takesOverTheFeedsOfItsBranch() async throws {
        let tree = try Self.tree()
        try await withJanitor(tree) { fixture in
            _ = try await fixture.run()
            try tree.list(["24.10.5", "24.10.4", "24.10.3"])
            try tree.addRelease("24.10.5")
            try tree.addIndex("releases/24.10.5/packages/x86_64/base", ["dnsmasq", "libfoo", "libbar"])
            let summary = try await fixture.run()
            #expect(summary.lines.map(\.version.text) == ["24.10.5"])
            let manifest = try await fixture.manifest("24.10.3")
            #expect(manifest?.feeds["x86_64"]?["base"]?.packages == 3)
        }
    }

    @Test func run_scope_readsOnlyWhatIsNamed() async throws {
        let tree = try Self.tree()
        try await withJanitor(tree) { fixture in
            var fixture = fixture
            fixture.scope.versions = [try #require(Version("24.10-SNAPSHOT"))]
            fixture.scope.targets = [try #require(Target("x86/64"))]
            let summary = try await fixture.run()
            #expect(summary.lines.map(\.version.text) == ["24.10-SNAPSHOT"])
            let manifest = try await fixture.manifest("24.10-SNAPSHOT")
            #expect(manifest?.targets.keys.sorted() == ["x86/64"])
            fixture.scope = RefreshScope()
            fixture.scope.extent = .newest
            let next = try await fixture.run()
            #expect(next.lines.map(\.version.text) == ["24.10.4", "24.10-SNAPSHOT"])
            let other = try await fixture.manifest("24.10-SNAPSHOT")
            #expect(other?.targets.count == 2)
            // What a limited run isn't about stays.
            fixture.scope.versions = [try #require(Version("24.10.3"))]
            fixture.scope.extent = .all
            let third = try await fixture.run(["24.10"])
            #expect(third.lines.map(\.version.text) == ["24.10.3"])
            #expect(try await fixture.versions() == ["24.10.3", "24.10.4", "24.10-SNAPSHOT"])
        }
    }

    @Test func run_oneTargetOfANewVersion_leavesTheRestToCome() async throws {
        let tree = try Self.tree()
        try await withJanitor(tree) { fixture in
            var fixture = fixture
            fixture.scope.versions = [try #require(Version("24.10.3"))]
            fixture.scope.targets = [try #require(Target("x86/64"))]
            _ = try await fixture.run()
            let part = try await fixture.manifest("24.10.3")
            #expect(part?.targets.keys.sorted() == ["x86/64"])
            fixture.scope = RefreshScope()
            _ = try await fixture.run()
            let whole = try await fixture.manifest("24.10.3")
            #expect(whole?.targets.keys.sorted() == ["ath79/generic", "x86/64"])
            #expect(whole?.absent == nil)
        }
    }

    @Test func run_dryRun_saysWhatWouldChangeAndWritesNothing() async throws {
        let tree = try Self.tree()
        try await withJanitor(tree) { fixture in
            var refresh = fixture.refresh(["24.10"])
            refresh.isDryRun = true
            let summary = try await refresh.run(lock: "")
            #expect(summary.lines.count == 3)
            #expect(summary.description.contains("dry run after"))
            #expect(try await fixture.redis.send(RedisCommand("DBSIZE")).int == 0)
        }
    }

    @Test func run_oneTargetFails_theOthersGoOn() async throws {
        let tree = try Self.tree()
        let path = "releases/24.10-SNAPSHOT/targets/x86/64/profiles.json"
        try await withJanitor(tree) { fixture in
            _ = try await fixture.run()
            try tree.write("<html>", to: path)
            try tree.addIndex("releases/24.10-SNAPSHOT/targets/ath79/generic/packages", ["base-files", "new"])
            let summary = try await fixture.run()
            #expect(summary.failures.map(\.url) == ["\(fixture.server.url)/\(path)"])
            #expect(summary.lines.map(\.version.text) == ["24.10-SNAPSHOT"])
            let manifest = try #require(try await fixture.manifest("24.10-SNAPSHOT"))
            #expect(manifest.targets["x86/64"]?.revision == "r1-24.10-SNAPSHOT")
            #expect(manifest.targets["ath79/generic"]?.indexes?["packages"]?.packages == 2)
        }
    }

    /// A feed that nothing is known of leaves unknown packages to the build: its own would be refused.
    @Test func run_feedThatFailsAtFirst_isLeftToTheBuild() async throws {
        let tree = try Self.tree()
        let luci = "\(Self.base)/packages/x86_64/luci/Packages"
        let kmods = "releases/24.10-SNAPSHOT/targets/x86/64/kmods/6.6.1-1-abc/Packages"
        let (feed, modules) = ("src-git x\n", "<html>")
        try tree.write(feed, to: luci)
        try tree.write(modules, to: kmods)
        try await withJanitor(tree) { fixture in
            let summary = try await fixture.run()
            #expect(summary.failures.map(\.url) == [luci, kmods].map { "\(fixture.server.url)/\($0)" }.sorted())
            let release = try await fixture.manifest("24.10.4")
            #expect(release?.feeds["x86_64"]?["luci"]?.isUnread == true)
            #expect(release?.feeds["x86_64"]?["luci"]?.knowsProvides == false)
            #expect(release?.feeds["x86_64"]?["base"]?.packages == 2)
            let snapshot = try await fixture.manifest("24.10-SNAPSHOT")
            #expect(snapshot?.targets["x86/64"]?.indexes?["kmods"]?.isUnread == true)
            #expect(snapshot?.targets["x86/64"]?.indexes?["packages"]?.packages == 1)
            #expect(snapshot?.targets["x86/64"]?.profileCount == 2)
            // Once it can be read, it is there.
            try tree.addIndex("\(Self.base)/packages/x86_64/luci", ["luci"])
            try tree.addIndex("releases/24.10-SNAPSHOT/targets/x86/64/kmods/6.6.1-1-abc", ["kmod-nf"])
            _ = try await fixture.run()
            let repaired = try await fixture.manifest("24.10.4")
            #expect(repaired?.feeds["x86_64"]?["luci"]?.packages == 1)
            let whole = try await fixture.manifest("24.10-SNAPSHOT")
            #expect(whole?.targets["x86/64"]?.indexes?["kmods"]?.isUnread == nil)
        }
    }

    /// One new feed that fails doesn't hold up the others of its architecture.
    @Test func run_newFeedFails_theOthersMoveOn() async throws {
        let tree = try Self.tree()
        try await withJanitor(tree) { fixture in
            _ = try await fixture.run()
            let folder = "\(Self.base)/packages/x86_64"
            try tree.write("src-git base x\nsrc-git luci x\nsrc-git new x\n", to: "\(folder)/feeds.conf")
            try tree.write("<html>", to: "\(folder)/new/Packages")
            try tree.addIndex("\(folder)/base", ["dnsmasq", "libfoo", "libbar"])
            for _ in 0..<2 {
                let failure = try await fixture.failure()
                #expect(failure?.url == "\(fixture.server.url)/\(folder)/new/Packages")
                let manifest = try await fixture.manifest("24.10.4")
                #expect(manifest?.feeds["x86_64"]?["base"]?.packages == 3)
                #expect(manifest?.feeds["x86_64"]?["new"]?.isUnread == true)
            }
        }
    }

    @Test func run_versionThatUpstreamDoesNotName_isAFailure() async throws {
        let tree = try Self.tree()
        try await withJanitor(tree) { fixture in
            var fixture = fixture
            _ = try await fixture.run()
            fixture.scope.versions = [try #require(Version("99.1.2"))]
            let failure = try await fixture.failure()
            #expect(failure?.reason == "names no 99.1.2 of an enabled branch (24.10)")
        }
    }

    @Test func run_feedThatIsGone_keepsWhatItHad() async throws {
        let tree = try Self.tree()
        try await withJanitor(tree) { fixture in
            _ = try await fixture.run()
            for name in ["Packages", "index.json"] { try tree.remove("\(Self.base)/packages/x86_64/luci/\(name)") }
            let summary = try await fixture.run()
            #expect(summary.missing == ["\(Self.base)/packages/x86_64/luci"])
            let manifest = try await fixture.manifest("24.10.4")
            #expect(manifest?.feeds["x86_64"]?["luci"]?.packages == 2)
            // No longer named: then it is meant.
            try tree.write("src-git base https://x\n", to: "\(Self.base)/packages/x86_64/feeds.conf")
            _ = try await fixture.run()
            let other = try await fixture.manifest("24.10.4")
            #expect(other?.feeds["x86_64"]?.keys.sorted() == ["base"])
        }
    }

    @Test func run_releaseWithoutTargetsFile_isListed() async throws {
        let tree = try UpstreamTree()
        try tree.list(["19.07.1"])
        try tree.addRelease("19.07.1")
        try tree.remove("releases/19.07.1/.targets.json")
        var options = NginxServer.Options()
        options.listsFolders = true
        try await withJanitor(tree, options: options) { fixture in
            let summary = try await fixture.run(["19.07"])
            #expect(summary.lines.map(\.targets) == [2])
            // Its profiles.json names the architecture.
            let manifest = try await fixture.manifest("19.07.1")
            #expect(manifest?.targets["x86/64"]?.architecture == "x")
        }
        // OpenWrt's own server answers the query with the targets themselves; what it says twice is there once.
        let list = #"["x86/64","../..","x86/64"]"#
        let json = "location /releases/19.07.1/targets/ { if ($args = json-targets) { return 200 '\(list)'; } }"
        try await withJanitor(tree, extra: json) { fixture in
            let next = try await fixture.run(["19.07"])
            #expect(next.lines.map(\.targets) == [1])
        }
        // No listing: then it isn't there.
        try await withJanitor(tree) { fixture in
            let failure = try await fixture.failure(["19.07"])
            #expect(failure?.code == .missing)
        }
    }
}
