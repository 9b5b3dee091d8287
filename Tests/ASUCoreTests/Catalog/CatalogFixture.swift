import ASUTestSupport
import Logging
import Testing

@testable import ASUCore

/// A catalog on a private server, and shortcuts for its tests.
struct CatalogFixture: Sendable {
    static let lock = "janitor-1"

    let redis: RedisClient
    let store: CatalogStore
    let keys = CatalogKeys()

    /// Makes `token` the janitor's lock.
    func take(lock token: String = lock) async throws {
        _ = try await redis.send(RedisCommand("SET", keys.lock, token))
    }

    func catalog(maxBytes: Int = 24 << 20) -> Catalog {
        Catalog(
            store: store,
            maxBytes: maxBytes,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        )
    }

    /// An index with packages written `name=version`, or `name` for one that is only provided.
    func index(_ packages: [String], knowsProvides: Bool = true) async throws -> VersionManifest.Index {
        let pairs = packages.map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
        let entries = pairs.filter { $0.count == 2 }.map {
            PackageIndex.Entry(name: $0[0], version: $0[1], provides: [])
        }
        let provided = PackageIndex.Entry(
            name: "provider",
            version: "1",
            provides: pairs.filter { $0.count == 1 }.map { $0[0] }
        )
        let table = PackageTable(PackageIndex(entries: entries + [provided], knowsProvides: knowsProvides))
        return VersionManifest.Index(
            blob: try await store.put(table.bytes),
            knowsProvides: knowsProvides,
            packages: entries.count
        )
    }

    /// A version with the one target `x86/64` (architecture `x86_64`), not indexed unless given indexes.
    func manifest(
        _ version: String,
        revision: String = "r100-abc",
        profiles: [String: [String]] = ["generic": []],
        indexes: [String: VersionManifest.Index]? = nil,
        feeds: [String: VersionManifest.Index]? = nil
    ) async throws -> VersionManifest {
        var named: [ProfileName: [ProfileName]] = [:]
        for (id, aliases) in profiles {
            named[try #require(ProfileName(id))] = aliases.compactMap { ProfileName($0) }
        }
        let target = VersionManifest.TargetRecord(
            architecture: "x86_64",
            revision: revision,
            profiles: try await store.put(TargetProfiles.encode(named)),
            document: try await store.put(Array("{\"version\":\"\(version)\"}".utf8)),
            indexes: indexes
        )
        return VersionManifest(
            version: version,
            updatedAt: 1,
            targets: ["x86/64": target],
            feeds: feeds.map { ["x86_64": $0] } ?? [:]
        )
    }

    /// The seconds that a blob has left, -1 for no end, -2 if it isn't there.
    func secondsLeft(_ blob: String) async throws -> Int64? {
        try await redis.send(RedisCommand("TTL", keys.blob(blob))).int
    }
}

/// Runs `body` with an empty catalog on a private server; the janitor's lock is ``CatalogFixture/lock``.
func withCatalog(_ body: (CatalogFixture) async throws -> Void) async throws {
    try await withRedis { _, redis in
        let fixture = CatalogFixture(redis: redis, store: CatalogStore(redis: redis))
        try await fixture.take()
        try await body(fixture)
    }
}

/// The code of the ``CatalogError`` that `body` throws.
func catalogFailure<Value>(_ body: () async throws -> Value) async -> CatalogError.Code? {
    do {
        _ = try await body()
        return nil
    } catch {
        return (error as? CatalogError)?.code
    }
}
