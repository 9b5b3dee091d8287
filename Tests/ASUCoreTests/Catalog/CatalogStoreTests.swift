import ASUCore
import ASUTestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct CatalogStoreTests {
    @Test func store_empty_hasGenerationZero() async throws {
        try await withCatalog { fixture in
            #expect(try await fixture.store.generation() == 0)
            let (generation, manifests) = try await fixture.store.load()
            #expect(generation == 0)
            #expect(manifests.isEmpty)
            #expect(try await fixture.store.versions().isEmpty)
        }
    }

    @Test func publish_manifests_areReadBackWithTheirGeneration() async throws {
        try await withCatalog { fixture in
            let index = try await fixture.index(["luci=1"])
            let old = try await fixture.manifest("24.10.3")
            let new = try await fixture.manifest("24.10.4", indexes: ["packages": index], feeds: ["base": index])
            let first = try await fixture.store.publish([old, new], lock: CatalogFixture.lock)
            // Begins with the time, so that it never begins twice with the same number.
            #expect(first > 1_700_000_000)
            var (generation, manifests) = try await fixture.store.load()
            #expect(generation == first)
            #expect(Set(manifests.values) == [old, new])
            #expect(manifests.allSatisfy { $0.key.text == $0.value.version })
            let removed = try #require(Version("24.10.3"))
            #expect(try await fixture.store.publish([new], removing: [removed], lock: CatalogFixture.lock) == first + 1)
            (generation, manifests) = try await fixture.store.load()
            #expect(generation == first + 1)
            #expect(Array(manifests.values) == [new])
            #expect(try await fixture.store.versions().map(\.text) == ["24.10.4"])
        }
    }

    @Test(arguments: ["", "janitor-2"]) func publish_withoutTheLock_changesNothing(holder: String) async throws {
        try await withCatalog { fixture in
            let old = try await fixture.manifest("24.10.3")
            let first = try await fixture.store.publish([old], lock: CatalogFixture.lock)
            let new = try await fixture.manifest("24.10.4")
            if holder.isEmpty {
                _ = try await fixture.redis.send(RedisCommand("DEL", fixture.keys.lock))
            } else {
                try await fixture.take(lock: holder)
            }
            #expect(
                await catalogFailure {
                    try await fixture.store.publish(
                        [new],
                        removing: [#require(Version("24.10.3"))],
                        lock: CatalogFixture.lock
                    )
                } == .lockLost
            )
            let (generation, manifests) = try await fixture.store.load()
            #expect(generation == first)
            #expect(Array(manifests.values) == [old])
            #expect(try await fixture.secondsLeft(old.targets["x86/64"]?.document ?? "") == -1)
        }
    }

    @Test func put_equalBytes_areOneBlobUnderTheirHash() async throws {
        try await withCatalog { fixture in
            let bytes = Array(repeating: UInt8(ascii: "x"), count: 100_000)
            let name = try await fixture.store.put(bytes)
            #expect(name == SHA256Digest(hashing: bytes).hex)
            #expect(try await fixture.store.put(bytes) == name)
            #expect(try await fixture.store.blob(name) == bytes)
            let stored = try await fixture.redis.send(RedisCommand("STRLEN", fixture.keys.blob(name))).int ?? 0
            #expect(stored > 0 && stored < 1000)
            let empty = try await fixture.store.put([])
            #expect(try await fixture.store.blob(empty) == [])
        }
    }

    @Test func blobs_thatNoManifestNames_endByThemselves() async throws {
        try await withCatalog { fixture in
            let shared = try await fixture.index(["shared=1"])
            let own = try await fixture.index(["own=1"])
            let orphan = try await fixture.store.put([1, 2, 3])
            let old = try await fixture.manifest("24.10.3", feeds: ["base": shared, "luci": own])
            let new = try await fixture.manifest("24.10.4", feeds: ["base": shared])
            #expect(try #require(await fixture.secondsLeft(shared.blob)) > 600)
            try await fixture.store.publish([old, new], lock: CatalogFixture.lock)
            // In force: no end. Staged by a refresh that failed: an end.
            for blob in old.blobs.union(new.blobs) { #expect(try await fixture.secondsLeft(blob) == -1) }
            #expect(try #require(await fixture.secondsLeft(orphan)) > 600)
            let removed = try #require(Version("24.10.3"))
            try await fixture.store.publish([], removing: [removed], lock: CatalogFixture.lock)
            #expect(try await fixture.secondsLeft(shared.blob) == -1)
            let left = try #require(await fixture.secondsLeft(own.blob))
            #expect((1...600).contains(left))
            // Still there for servers that read the old manifest, and put again it stays.
            #expect(try await fixture.store.blob(own.blob) == PackageTable(bytes: fixture.store.blob(own.blob)).bytes)
            try await fixture.store.publish([old], lock: CatalogFixture.lock)
            #expect(try await fixture.secondsLeft(own.blob) == -1)
        }
    }

    @Test func put_blobInItsAfterlife_livesAsLongAsANewOne() async throws {
        try await withCatalog { fixture in
            let name = try await fixture.store.put([1, 2, 3])
            _ = try await fixture.redis.send(RedisCommand("EXPIRE", fixture.keys.blob(name), 5))
            _ = try await fixture.store.put([1, 2, 3])
            #expect(try #require(await fixture.secondsLeft(name)) > 600)
        }
    }

    @Test func publish_blobThatIsGone_changesNothing() async throws {
        try await withCatalog { fixture in
            let old = try await fixture.manifest("24.10.3")
            let first = try await fixture.store.publish([old], lock: CatalogFixture.lock)
            let new = try await fixture.manifest("24.10.4", feeds: ["base": fixture.index(["luci=1"])])
            let gone = try #require(new.feeds["x86_64"]?["base"]?.blob)
            _ = try await fixture.redis.send(RedisCommand("DEL", fixture.keys.blob(gone)))
            let failure = await catalogFailure { try await fixture.store.publish([new], lock: CatalogFixture.lock) }
            #expect(failure == .missingBlob)
            #expect(try await fixture.store.generation() == first)
            #expect(try await fixture.store.versions().map(\.text) == ["24.10.3"])
        }
    }

    @Test func blob_missingOrChanged_isTold() async throws {
        try await withCatalog { fixture in
            let name = try await fixture.store.put([1, 2, 3])
            let other = try await fixture.store.put([4, 5, 6])
            _ = try await fixture.redis.send(
                RedisCommand("COPY", fixture.keys.blob(other), fixture.keys.blob(name), "REPLACE")
            )
            #expect(await catalogFailure { try await fixture.store.blob(name) } == .malformed)
            _ = try await fixture.redis.send(RedisCommand("SET", fixture.keys.blob(name), "not zstd"))
            #expect(await catalogFailure { try await fixture.store.blob(name) } == .malformed)
            _ = try await fixture.redis.send(RedisCommand("DEL", fixture.keys.blob(name)))
            #expect(await catalogFailure { try await fixture.store.blob(name) } == .missingBlob)
        }
    }

    @Test func load_damagedManifest_isToldAndANewOneRepairsIt() async throws {
        try await withCatalog { fixture in
            _ = try await fixture.redis.send(RedisCommand("HSET", fixture.keys.catalog, "24.10.4", "junk"))
            _ = try await fixture.redis.send(RedisCommand("HSET", fixture.keys.catalog, "../x", "junk"))
            #expect(await catalogFailure { try await fixture.store.load() } == .malformed)
            let manifest = try await fixture.manifest("24.10.4")
            try await fixture.store.publish([manifest], lock: CatalogFixture.lock)
            #expect(try await Array(fixture.store.load().manifests.values) == [manifest])
        }
    }

    @Test func publish_thousandsOfBlobs_isOneStep() async throws {
        try await withCatalog { fixture in
            var manifest = try await fixture.manifest("24.10.4")
            for number in 0..<2000 {
                let blob = try await fixture.store.put(Array("\(number)".utf8))
                manifest.feeds["arch\(number)"] = ["base": .init(blob: blob, knowsProvides: true, packages: 1)]
            }
            try await fixture.store.publish([manifest], lock: CatalogFixture.lock)
            #expect(try await fixture.store.load().manifests.values.first == manifest)
        }
    }

    @Test func releases_publishedNames_areReadBackAndKept() async throws {
        try await withCatalog { fixture in
            #expect(try await fixture.store.releases() == ReleaseNames())
            let manifest = try await fixture.manifest("24.10.4")
            let names = ReleaseNames(stable: "24.10.4", oldstable: "23.05.6", upcoming: "25.12.0-rc1")
            let first = try await fixture.store.publish([manifest], releases: names, lock: CatalogFixture.lock)
            #expect(try await fixture.store.releases() == names)
            #expect(names.all.map(\.text) == ["25.12.0-rc1", "24.10.4", "23.05.6"])
            // They are no version.
            #expect(try await fixture.store.versions().map(\.text) == ["24.10.4"])
            #expect(try await fixture.store.load().manifests.count == 1)
            // A refresh of one version says nothing of them.
            try await fixture.store.publish([manifest], lock: CatalogFixture.lock)
            #expect(try await fixture.store.releases() == names)
            // They alone make a new generation, which a catalog follows.
            let catalog = fixture.catalog()
            try await catalog.refresh()
            #expect(catalog.current.releases == names)
            let next = ReleaseNames(stable: "25.12.0")
            #expect(try await fixture.store.publish([], releases: next, lock: CatalogFixture.lock) > first)
            #expect(try await catalog.refresh())
            #expect(catalog.current.releases == next)
        }
    }

    @Test func releases_withoutTheLock_stay() async throws {
        try await withCatalog { fixture in
            try await fixture.take(lock: "janitor-2")
            #expect(
                await catalogFailure {
                    try await fixture.store.publish(
                        [],
                        releases: ReleaseNames(stable: "1"),
                        lock: CatalogFixture.lock
                    )
                } == .lockLost
            )
            #expect(try await fixture.store.releases() == ReleaseNames())
        }
    }

    @Test func releases_damaged_areToldAndMalformedNamesLeftOut() async throws {
        try await withCatalog { fixture in
            #expect(ReleaseNames(stable: "../x", oldstable: "23.05.6").all.map(\.text) == ["23.05.6"])
            _ = try await fixture.redis.send(RedisCommand("HSET", fixture.keys.catalog, ":releases", "junk"))
            #expect(await catalogFailure { try await fixture.store.releases() } == .malformed)
        }
    }
}
