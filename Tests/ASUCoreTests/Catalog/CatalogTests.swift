import ASUCore
import ASUTestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct CatalogTests {
    @Test func refresh_unchangedGeneration_readsNothingAnew() async throws {
        try await withCatalog { fixture in
            let catalog = fixture.catalog()
            #expect(try await !catalog.refresh())
            #expect(catalog.current.manifests.isEmpty)
            let first = try await fixture.store.publish([fixture.manifest("24.10.4")], lock: CatalogFixture.lock)
            #expect(try await catalog.refresh())
            #expect(catalog.current.generation == first)
            #expect(catalog.current.manifests.keys.map(\.text) == ["24.10.4"])
            #expect(catalog.current.branches == ["24.10"])
            #expect(try await !catalog.refresh())
            // A reader keeps the generation that it took.
            let taken = catalog.current
            try await fixture.store.publish(
                [fixture.manifest("SNAPSHOT")],
                removing: [#require(Version("24.10.4"))],
                lock: CatalogFixture.lock
            )
            #expect(try await catalog.refresh())
            #expect(taken.manifests.keys.map(\.text) == ["24.10.4"])
            #expect(catalog.current.branches == ["SNAPSHOT"])
        }
    }

    @Test func refresh_damagedCatalog_keepsTheOneInMemory() async throws {
        try await withCatalog { fixture in
            let catalog = fixture.catalog()
            let first = try await fixture.store.publish([fixture.manifest("24.10.4")], lock: CatalogFixture.lock)
            try await catalog.refresh()
            _ = try await fixture.redis.send(RedisCommand("HSET", fixture.keys.catalog, "24.10.4", "junk"))
            _ = try await fixture.redis.send(RedisCommand("HINCRBY", fixture.keys.catalog, ":generation", 1))
            #expect(await catalogFailure { try await catalog.refresh() } == .malformed)
            #expect(catalog.current.generation == first)
            #expect(catalog.current.manifests.count == 1)
        }
    }

    @Test func blobs_inMemory_areReadFromRedisOnce() async throws {
        try await withCatalog { fixture in
            let index = try await fixture.index(["luci=1"])
            let target = try #require(try await fixture.manifest("24.10.4", profiles: ["a": ["b"]]).targets["x86/64"])
            let catalog = fixture.catalog()
            let name = try #require(PackageName("luci"))
            let alias = try #require(ProfileName("b"))
            #expect(try await catalog.packages(index)[name] != nil)
            #expect(try await catalog.profiles(target).resolve(alias)?.text == "a")
            _ = try await fixture.redis.send(RedisCommand("FLUSHALL"))
            #expect(try await catalog.packages(index)[name] != nil)
            #expect(try await catalog.profiles(target).resolve(alias)?.text == "a")
            #expect(await catalogFailure { try await fixture.catalog().packages(index) } == .missingBlob)
        }
    }

    @Test func blobs_beyondTheBound_dropTheLeastRecentlyUsed() async throws {
        try await withCatalog { fixture in
            let packages = (0..<100).map { "package-\($0)" }
            let indexes = try await [
                fixture.index(packages.map { $0 + "=1" }), fixture.index(packages.map { $0 + "=2" }),
                fixture.index(packages.map { $0 + "=3" }),
            ]
            // Room for two of them, at some 2 KB each.
            let catalog = fixture.catalog(maxBytes: 5000)
            for index in [0, 1, 0, 2] { _ = try await catalog.packages(indexes[index]) }
            _ = try await fixture.redis.send(RedisCommand("FLUSHALL"))
            _ = try await catalog.packages(indexes[0])
            _ = try await catalog.packages(indexes[2])
            #expect(await catalogFailure { try await catalog.packages(indexes[1]) } == .missingBlob)
        }
    }

    @Test func blobs_oneNameTwoKinds_areBothRead() async throws {
        try await withCatalog { fixture in
            // An empty index and a target without profiles are the same bytes.
            let blob = try await fixture.store.put([])
            let index = VersionManifest.Index(blob: blob, knowsProvides: true, packages: 0)
            let target = VersionManifest.TargetRecord(
                architecture: "x86_64",
                revision: "",
                profiles: blob,
                document: blob,
                indexes: nil
            )
            let catalog = fixture.catalog()
            for _ in 0..<2 {
                #expect(try await catalog.packages(index).count == 0)
                #expect(try await catalog.profiles(target).ids.isEmpty)
            }
        }
    }

    @Test func manifest_blobs_areAllThatItNames() async throws {
        let index = { VersionManifest.Index(blob: $0, knowsProvides: true, packages: 1) }
        var target = VersionManifest.TargetRecord(
            architecture: "a",
            revision: "r",
            profiles: "p",
            document: "d",
            indexes: ["packages": index("i"), "kmods": index("k")]
        )
        var manifest = VersionManifest(
            version: "1",
            updatedAt: 1,
            targets: ["a/b": target],
            feeds: ["a": ["x": index("f")]]
        )
        #expect(manifest.blobs == ["p", "d", "i", "k", "f"])
        target.indexes = nil
        manifest.targets = ["a/b": target]
        #expect(manifest.blobs == ["p", "d", "f"])
    }
}
