internal import Foundation
package import Logging
internal import Synchronization

/// The catalog as a server sees it: immutable manifests in memory, and the blobs that requests touched, up to a bound.
///
/// Requests never wait for upstream; a blob that isn't in memory yet costs one read of Redis.
package final class Catalog: Sendable {
    /// One generation of the catalog.
    package struct Snapshot: Sendable {
        package let generation: Int64
        package let manifests: [Version: VersionManifest]
        /// What upstream calls stable and upcoming.
        package let releases: ReleaseNames
        /// The branches that are there, by name.
        package let branches: Set<String>

        init(generation: Int64, manifests: [Version: VersionManifest], releases: ReleaseNames = ReleaseNames()) {
            self.generation = generation
            self.manifests = manifests
            self.releases = releases
            branches = Set(manifests.keys.map(\.branchName))
        }
    }

    private let store: CatalogStore
    private let logger: Logger
    private let snapshot = Mutex(Snapshot(generation: 0, manifests: [:]))
    private let blobs: ByteBoundedCache

    /// - Parameters:
    ///   - store: The catalog in Redis.
    ///   - maxBytes: Bound on the decoded blobs in memory.
    ///   - logger: Takes what ``follow(every:)`` meets.
    package init(store: CatalogStore, maxBytes: Int = 24 << 20, logger: Logger) {
        self.store = store
        self.logger = logger
        blobs = ByteBoundedCache(maxBytes: maxBytes)
    }

    /// The generation in force; take it once per request.
    package var current: Snapshot { snapshot.withLock { $0 } }

    /// Reads the catalog again if its generation moved on.
    ///
    /// - Returns: Whether it did.
    @discardableResult
    package func refresh() async throws -> Bool {
        let known = current.generation
        guard try await store.generation() != known else { return false }
        let (generation, manifests) = try await store.load()
        let releases = try await store.releases()
        snapshot.withLock { $0 = Snapshot(generation: generation, manifests: manifests, releases: releases) }
        logger.info(
            "catalog loaded",
            metadata: ["catalog.generation": "\(generation)", "catalog.versions": "\(manifests.count)"]
        )
        return true
    }

    /// When upstream was last asked for what it has, in Unix seconds; `nil` if never.
    ///
    /// - Throws: ``RedisError``.
    package func lastCheck() async throws -> Int? {
        // The part that has no name is the catalog as a whole.
        try await store.checks()[""]
    }

    /// Refreshes every `interval` until cancelled; what fails is logged and tried again.
    package func follow(every interval: Duration = .seconds(2)) async {
        while !Task.isCancelled {
            do {
                try await refresh()
            } catch {
                logger.warning("catalog can't be read; serving the one in memory", metadata: ["error": "\(error)"])
            }
            do { try await Task.sleep(for: interval) } catch { return }
        }
    }

    package func profiles(_ record: VersionManifest.TargetRecord) async throws -> TargetProfiles {
        try await blobs.value(record.profiles) {
            let bytes = try await self.store.blob(record.profiles)
            return (TargetProfiles(bytes: bytes), bytes.count * 4)
        }
    }

    /// The fields of the target's profiles.json, as upstream has it.
    package func document(_ record: VersionManifest.TargetRecord) async throws -> [String: JSONValue] {
        try await blobs.value("fields of \(record.document)") {
            let json = try await self.store.blob(record.document)
            let fields = try JSONDecoder().decode([String: JSONValue].self, from: Data(json))
            // A tree of values takes some ten times its text.
            return (fields, json.count * 10)
        }
    }

    package func packages(_ index: VersionManifest.Index) async throws -> PackageTable {
        try await blobs.value(index.tableName) {
            let table = try await self.store.table(index)
            return (table, table.size)
        }
    }
}
