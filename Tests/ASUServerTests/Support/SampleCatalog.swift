import ASUCore

/// A small catalog made by hand: two targets, one version whose indexes don't tell what packages provide.
enum SampleCatalog {
    static let revision = "r28427-6df0e3d02a"
    static let release = "24.10.2"
    /// Of the packages of this one only names and versions are known.
    static let apkRelease = "25.12.0"
    static let snapshot = "24.10-SNAPSHOT"

    /// The branches that the server is told to serve; of 23.05 the catalog has no version.
    static let branches = "SNAPSHOT,25.12,24.10,23.05"

    private static let lock = "janitor-of-the-tests"
    private static func store(_ redis: RedisClient) -> CatalogStore { CatalogStore(redis: redis) }

    /// Puts the whole catalog in force.
    static func publish(to redis: RedisClient) async throws {
        var manifests: [VersionManifest] = []
        for version in [release, apkRelease, snapshot] {
            manifests.append(try await manifest(version, revision: revision, redis))
        }
        try await publish(manifests, redis)
    }

    /// Puts one version in force again, with another revision.
    static func publish(_ version: String, revision: String, to redis: RedisClient) async throws -> Int64 {
        try await publish([manifest(version, revision: revision, redis)], redis)
    }

    @discardableResult
    private static func publish(_ manifests: [VersionManifest], _ redis: RedisClient) async throws -> Int64 {
        _ = try await redis.send(RedisCommand("SET", CatalogKeys().lock, lock))
        return try await store(redis).publish(manifests, lock: lock)
    }

    private static func manifest(
        _ version: String,
        revision: String,
        _ redis: RedisClient
    ) async throws -> VersionManifest {
        let boards = [
            "tplink_archer-c7-v2": ["tplink,archer-c7-v2", "archer-c7-v2"],
            "8dev_carambola2": ["8dev,carambola2", "CARAMBOLA2"],
        ]
        let kernel = ["kmod-ath9k\t6.6.93-r1"]
        let feed = ["dnsmasq\t", "dnsmasq-full\t2.90-r4", "luci\t24.100.1", "tmux\t3.4-r1", "vim\t9.1-r1"]
        let knowsProvides = version != apkRelease
        let ath79 = try await target("mips_24kc", revision, boards, kernel, knowsProvides, redis)
        let x86 = try await target("x86_64", revision, ["generic": []], kernel, knowsProvides, redis)
        let packages = try await index(feed, knowsProvides, redis)
        return VersionManifest(
            version: version,
            updatedAt: 1_700_000_000,
            targets: ["ath79/generic": ath79, "x86/64": x86],
            feeds: ["mips_24kc": ["base": packages], "x86_64": ["base": packages]]
        )
    }

    private static func target(
        _ architecture: String,
        _ revision: String,
        _ profiles: [String: [String]],
        _ packages: [String],
        _ knowsProvides: Bool,
        _ redis: RedisClient
    ) async throws -> VersionManifest.TargetRecord {
        var names: [ProfileName: [ProfileName]] = [:]
        for (id, aliases) in profiles {
            if let name = ProfileName(id) { names[name] = aliases.compactMap { ProfileName($0) } }
        }
        return VersionManifest.TargetRecord(
            architecture: architecture,
            revision: revision,
            profiles: try await store(redis).put(TargetProfiles.encode(names)),
            document: try await store(redis).put(Array("{}".utf8)),
            indexes: ["packages": try await index(packages, knowsProvides, redis)]
        )
    }

    // Lines are sorted by name; one that ends with the tab is a name that packages provide.
    private static func index(
        _ lines: [String],
        _ knowsProvides: Bool,
        _ redis: RedisClient
    ) async throws -> VersionManifest.Index {
        let text = lines.map { $0 + "\n" }.joined()
        let blob = try await store(redis).put(Array(text.utf8))
        return VersionManifest.Index(blob: blob, knowsProvides: knowsProvides, packages: lines.count)
    }
}
