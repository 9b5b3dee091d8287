import ASUCore
import Foundation

/// A small catalog made by hand: three targets, two of which share a profile's id, and one version whose indexes don't
/// tell what packages provide.
enum SampleCatalog {
    static let revision = "r28427-6df0e3d02a"
    static let release = "24.10.2"
    /// Of the packages of this one only names and versions are known.
    static let apkRelease = "25.12.0"
    static let snapshot = "24.10-SNAPSHOT"
    static let mainSnapshot = "SNAPSHOT"
    static let versions = [release, apkRelease, snapshot, mainSnapshot]

    /// Of the upcoming one the catalog has nothing.
    static let releases = ReleaseNames(stable: apkRelease, oldstable: release, upcoming: "26.06.0-rc1")

    /// The branches that the server is told to serve; of 23.05 the catalog has no version.
    static let branches = "SNAPSHOT,25.12,24.10,23.05"

    private static let lock = "janitor-of-the-tests"
    private static func store(_ redis: RedisClient) -> CatalogStore { CatalogStore(redis: redis) }

    /// Puts the whole catalog in force.
    static func publish(to redis: RedisClient) async throws {
        var manifests: [VersionManifest] = []
        for version in versions { manifests.append(try await manifest(version, revision: revision, redis)) }
        try await publish(manifests, releases: releases, redis)
    }

    /// Puts one version in force again, with another revision.
    static func publish(_ version: String, revision: String, to redis: RedisClient) async throws -> Int64 {
        try await publish([manifest(version, revision: revision, redis)], redis)
    }

    @discardableResult
    private static func publish(
        _ manifests: [VersionManifest],
        releases: ReleaseNames? = nil,
        _ redis: RedisClient
    ) async throws -> Int64 {
        _ = try await redis.send(RedisCommand("SET", CatalogKeys().lock, lock))
        return try await store(redis).publish(manifests, releases: releases, lock: lock)
    }

    private static func manifest(
        _ version: String,
        revision: String,
        _ redis: RedisClient
    ) async throws -> VersionManifest {
        let boards = [
            "tplink_archer-c7-v2": ["tplink,archer-c7-v2", "archer-c7-v2", "tplink,archer-c7-v1"],
            "8dev_carambola2": ["8dev,carambola2", "CARAMBOLA2"],
        ]
        let tinyBoards = ["tplink_archer-c7-v2": ["archer-c7-v2"], "tplink_archer-c7-v1": []]
        let kernel = ["kernel\t6.6.93~1", "libgcc\t13.3.0-r4"]
        let modules = ["kmod-ath9k\t6.6.93-r1", "kmod-provided\t"]
        // A package in two feeds, whose newer version is the lesser text.
        let base = [
            "dnsmasq\t", "dnsmasq-full\t2.90-r4", "tmux\t3.4-r1", "uhttpd\t2023.06-r9", "vim\t9.1-r1", "virtual-dns\t",
        ]
        let luci = ["luci\t24.100.1", "uhttpd\t2023.06-r10"]
        let knows = version != apkRelease
        let both = ["packages": try await index(kernel, knows, redis), "kmods": try await index(modules, knows, redis)]
        let feeds = ["base": try await index(base, knows, redis), "luci": try await index(luci, knows, redis)]
        var targets: [String: VersionManifest.TargetRecord] = [:]
        for (name, architecture, profiles) in [
            ("ath79/generic", "mips_24kc", boards), ("ath79/tiny", "mips_24kc", tinyBoards),
            ("x86/64", "x86_64", ["generic": []]),
        ] {
            let document = try SampleProfiles.document(
                target: name,
                architecture: architecture,
                version: version,
                revision: revision,
                profiles: profiles
            )
            var names: [ProfileName: [ProfileName]] = [:]
            for (id, aliases) in profiles {
                if let name = ProfileName(id) { names[name] = aliases.compactMap { ProfileName($0) } }
            }
            targets[name] = VersionManifest.TargetRecord(
                architecture: architecture,
                revision: revision,
                profiles: try await store(redis).put(TargetProfiles.encode(names)),
                document: try await store(redis).put(document),
                indexes: both
            )
        }
        return VersionManifest(
            version: version,
            updatedAt: 1_700_000_000,
            targets: targets,
            feeds: ["mips_24kc": feeds, "x86_64": feeds]
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
