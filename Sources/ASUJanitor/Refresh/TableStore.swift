import ASUCore

/// Puts package tables into Redis, each as what sets it apart from a table of the same kind where that is less.
///
/// The feeds of a branch's architectures differ in a few lines; so do the packages of a release's targets.
actor TableStore {
    private struct Base {
        let blob: String
        let table: PackageTable
    }

    private let store: CatalogStore
    private var bases: [String: Base] = [:]
    private var hints: [String: String]

    /// - Parameters:
    ///   - store: Where tables go.
    ///   - hints: Blobs of whole tables that are in force, by kind: what changed is put as a difference to these.
    init(store: CatalogStore, hints: [String: String] = [:]) {
        self.store = store
        self.hints = hints
    }

    /// Keeps an index.
    ///
    /// - Parameters:
    ///   - index: What upstream has; `nil` if that can't be known.
    ///   - kind: What its like has in common, as the feed's name.
    /// - Returns: The record for a manifest.
    /// - Throws: ``RedisError``.
    func put(_ index: PackageIndex?, kind: String) async throws -> VersionManifest.Index {
        guard let index else { return try await unread() }
        let table = PackageTable(index)
        var record = VersionManifest.Index(blob: "", knowsProvides: index.knowsProvides, packages: index.entries.count)
        if let base = await base(of: kind) {
            let delta = table.delta(from: base.table)
            if delta.count < table.bytes.count / 3 {
                record.blob = try await store.put(delta)
                record.base = base.blob
                return record
            }
        }
        record.blob = try await store.put(table.bytes)
        bases[kind] = Base(blob: record.blob, table: table)
        return record
    }

    /// The record of an index that upstream has and that nothing is known of: names that no other index has are left
    /// to the build.
    ///
    /// - Throws: ``RedisError``.
    func unread() async throws -> VersionManifest.Index {
        VersionManifest.Index(blob: try await store.put([]), knowsProvides: false, packages: 0, isUnread: true)
    }

    private func base(of kind: String) async -> Base? {
        if let base = bases[kind] { return base }
        guard let hint = hints.removeValue(forKey: kind) else { return nil }
        // A base that can't be read isn't needed either: the table is kept whole.
        guard let bytes = try? await store.blob(hint) else { return nil }
        let base = Base(blob: hint, table: PackageTable(bytes: bytes))
        bases[kind] = bases[kind] ?? base
        return base
    }

    /// The whole tables that most of `indexes` are kept as differences to, by kind.
    static func hints(_ indexes: some Sequence<[String: VersionManifest.Index]>) -> [String: String] {
        var counts: [String: [String: Int]] = [:]
        for part in indexes {
            for (kind, index) in part { counts[kind, default: [:]][index.base ?? index.blob, default: 0] += 1 }
        }
        return counts.compactMapValues { $0.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key }
    }
}
