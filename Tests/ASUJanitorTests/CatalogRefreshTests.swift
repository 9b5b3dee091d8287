import ASUCore
import ASUTestSupport
import Testing

@testable import ASUJanitor

@Suite(.timeLimit(.minutes(1)), .enabled(if: NginxServer.isAvailable)) struct CatalogRefreshTests {
    @Test func run_severalBranches_putTheirNewestVersionsInForce() async throws {
        let tree = try UpstreamTree()
        try tree.list(["24.10.4", "24.10.3", "24.10.5-rc1", "23.05.5", "22.03.7", "25.12.0-rc1"])
        for version in ["24.10.4", "23.05.5", "25.12.0-rc1"] { try tree.addRelease(version) }
        try tree.addRelease("SNAPSHOT", at: "snapshots")
        try await withJanitor(tree) { fixture in
            let summary = try await fixture.run(["SNAPSHOT", "25.12", "24.10", "23.05"])
            #expect(summary.lines.map(\.version.text) == ["SNAPSHOT", "25.12.0-rc1", "24.10.4", "23.05.5"])
            #expect(summary.lines.map(\.targets) == [2, 2, 2, 2])
            #expect(summary.lines.map(\.architectures) == [2, 2, 2, 2])
            #expect(summary.lines.map(\.profiles) == [3, 3, 3, 3])
            #expect(summary.lines.map(\.packages) == [12, 12, 12, 10])
            #expect(summary.missing == [])
            #expect(summary.emptyBranches == [])
            #expect(summary.generation == (try await fixture.store.generation()))
            #expect(summary.description.contains("24.10.4: 2 targets, 3 profiles, 12 packages for 2 architectures"))
            #expect(try await fixture.versions() == ["23.05.5", "24.10.4", "25.12.0-rc1", "SNAPSHOT"])
        }
    }

    @Test func run_manifest_namesWhatUpstreamHas() async throws {
        let tree = try UpstreamTree()
        try tree.list(["24.10.4"])
        try tree.addRelease("24.10.4")
        try await withJanitor(tree) { fixture in
            _ = try await fixture.run()
            let manifest = try #require(try await fixture.store.load().manifests.values.first)
            let target = try #require(manifest.targets["x86/64"])
            #expect(target.architecture == "x86_64")
            #expect(target.revision == "r1-24.10.4")
            #expect(target.indexes.map { Set($0.keys) } == ["packages", "kmods"])
            #expect(
                manifest.feeds.mapValues { Set($0.keys) } == [
                    "x86_64": ["base", "luci"], "mips_24kc": ["base", "luci"],
                ]
            )
            let profiles = TargetProfiles(bytes: try await fixture.store.blob(target.profiles))
            #expect(profiles.resolve(try #require(ProfileName("acme,old")))?.text == "acme_box")
            let document = try await fixture.store.blob(target.document)
            #expect(
                document
                    == (try TemporaryDirectory.contents(
                        of: tree.folder.file("releases/24.10.4/targets/x86/64/profiles.json")
                    ))
            )
            let luci = try #require(manifest.feeds["x86_64"]?["luci"])
            #expect(luci.knowsProvides)
            #expect(luci.packages == 2)
            let table = PackageTable(bytes: try await fixture.store.blob(luci.blob))
            #expect(table[try #require(PackageName("luci-x86_64"))] == PackageVersion("1.0-r1").map { .package($0) })
            #expect(table[try #require(PackageName("luci-any"))] == .virtual)
        }
    }

    @Test func run_apkBranch_readsTheIndexWithoutProvides() async throws {
        let tree = try UpstreamTree()
        try tree.list(["25.12.0"])
        try tree.addRelease("25.12.0")
        try await withJanitor(tree) { fixture in
            _ = try await fixture.run(["25.12"])
            let manifest = try #require(try await fixture.store.load().manifests.values.first)
            #expect(manifest.feeds["x86_64"]?["base"]?.knowsProvides == false)
            let requests = try fixture.server.requests()
            #expect(!requests.contains { $0.contains("/Packages") })
        }
    }

    @Test func run_missingFiles_areSkippedAndNamed() async throws {
        let tree = try UpstreamTree()
        try tree.list(["24.10.4"])
        try tree.addRelease("24.10.4")
        let base = "releases/24.10.4"
        try tree.write("src-git base x\nsrc-git luci x\nsrc-git video x\n", to: "\(base)/packages/x86_64/feeds.conf")
        try tree.remove("\(base)/packages/mips_24kc/feeds.conf")
        try tree.write(#"{"x86/64":"x86_64","ath79/generic":"mips_24kc","a/b":"c"}"#, to: "\(base)/.targets.json")
        for name in ["Packages", "index.json"] { try tree.remove("\(base)/targets/x86/64/kmods/6.6.1-1-abc/\(name)") }
        try await withJanitor(tree) { fixture in
            let summary = try await fixture.run()
            let missing = [
                "\(base)/packages/mips_24kc/packages", "\(base)/packages/mips_24kc/routing",
                "\(base)/packages/mips_24kc/telephony", "\(base)/packages/x86_64/video",
                "\(base)/targets/a/b/profiles.json", "\(base)/targets/x86/64/kmods/6.6.1-1-abc",
            ]
            #expect(summary.missing.sorted() == missing)
            #expect(
                summary.description.contains(
                    "missing upstream and skipped: 6 (\(missing.prefix(5).joined(separator: ", ")), ...)"
                )
            )
            #expect(summary.lines.first?.targets == 2)
            #expect(summary.lines.first?.packages == 11)
            let manifest = try #require(try await fixture.store.load().manifests.values.first)
            #expect(
                manifest.feeds.mapValues { Set($0.keys) } == [
                    "x86_64": ["base", "luci"], "mips_24kc": ["base", "luci"],
                ]
            )
            // The kernel's modules may be still to come: until then the build decides about names like theirs.
            #expect(manifest.targets["x86/64"]?.indexes?["kmods"]?.isUnread == true)
            #expect(manifest.targets["x86/64"]?.indexes?["packages"]?.packages == 1)
        }
    }

    @Test func run_versionsThatUpstreamNoLongerHas_areBorne() async throws {
        let tree = try UpstreamTree()
        try tree.list(["24.10.5", "24.10.4", "24.10.3", "23.05.5", "22.03.0-rc1"])
        try tree.addRelease("24.10.4")
        try tree.addRelease("22.03.0-rc1")
        try await withJanitor(tree) { fixture in
            let summary = try await fixture.run(["24.10", "23.05", "22.03", "21.02"])
            #expect(summary.lines.map(\.version.text) == ["24.10.4", "22.03.0-rc1"])
            #expect(summary.emptyBranches == ["23.05", "21.02"])
            #expect(summary.description.contains("no version upstream of: 23.05, 21.02"))
        }
    }

    @Test func run_again_flipsOnceAndDropsBranchesThatAreOff() async throws {
        let tree = try UpstreamTree()
        try tree.list(["24.10.4", "23.05.5"])
        for version in ["24.10.4", "23.05.5"] { try tree.addRelease(version) }
        try await withJanitor(tree) { fixture in
            let first = try await fixture.run(["24.10", "23.05"]).generation
            #expect(try await fixture.run(["24.10"]).generation == first + 1)
            #expect(try await fixture.versions() == ["24.10.4"])
            // Damage in Redis is what another run repairs.
            _ = try await fixture.redis.send(RedisCommand("HSET", CatalogKeys().catalog, "24.10.4", "junk"))
            #expect(try await fixture.run(["24.10"]).generation == first + 2)
            #expect(try await fixture.versions() == ["24.10.4"])
        }
    }

    @Test func run_indexFormats_areTriedInTurn() async throws {
        let tree = try UpstreamTree()
        try tree.list(["23.05.5"])
        try tree.addRelease("23.05.5")
        let base = "releases/23.05.5/packages/x86_64"
        try tree.remove("\(base)/base/Packages")
        try tree.remove("\(base)/luci/Packages")
        try tree.write("Package: from-manifest\nVersion: 2\nMaintainer: x\n\n", to: "\(base)/luci/Packages.manifest")
        try tree.write("\n", to: "releases/23.05.5/packages/mips_24kc/luci/Packages")
        try await withJanitor(tree) { fixture in
            _ = try await fixture.run(["23.05"])
            let manifest = try #require(try await fixture.store.load().manifests.values.first)
            #expect(manifest.feeds["x86_64"]?["base"]?.knowsProvides == false)
            #expect(manifest.feeds["x86_64"]?["luci"]?.knowsProvides == true)
            #expect(manifest.feeds["x86_64"]?["luci"]?.packages == 1)
            #expect(manifest.feeds["mips_24kc"]?["luci"]?.packages == 0)
        }
    }
}
