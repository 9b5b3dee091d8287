import ASUCore

/// What all parts of one refresh share.
struct RefreshContext: Sendable {
    /// Most targets, or architectures, that are read at once: bounds memory, and still keeps upstream busy.
    static let width = 6

    let upstream: UpstreamReader
    let indexes: IndexReader
    let store: CatalogStore
    let scope: RefreshScope
    let progress: ProgressLine
    let problems = RefreshProblems()
    /// When the refresh began, in Unix seconds.
    let now: Int

    /// The indexes of several folders, each asked for unless it is unchanged.
    ///
    /// - Parameters:
    ///   - folders: Folder by name.
    ///   - previous: The indexes in the catalog, by the same names.
    ///   - records: What is remembered of them, by ``IndexFolders/key``.
    ///   - tables: Where new ones go.
    /// - Returns: Those that are there; where one couldn't be read the previous one.
    /// - Throws: ``RedisError``, ``CatalogError``, and ``UpstreamError`` if upstream is down.
    func read(
        _ folders: IndexFolders,
        previous: [String: VersionManifest.Index],
        records: SourceRecords,
        tables: TableStore
    ) async throws -> (indexes: [String: VersionManifest.Index], missing: Set<String>) {
        try await withThrowingTaskGroup { group in
            for (name, folder) in folders.paths {
                group.addTask {
                    let key = "\(folders.key)/\(name)"
                    let record = records[key]
                    do {
                        let reply = try await indexes.read(
                            folder,
                            format: folders.format,
                            known: previous[name] == nil ? nil : record,
                            wasMissing: record == .missing
                        )
                        switch reply {
                        case .unchanged: return (name, previous[name], false)
                        case .missing:
                            problems.add(missing: folder)
                            // One that was there is kept: upstream may be in the middle of an update of its own.
                            if let kept = previous[name] { return (name, kept, false) }
                            records[key] = .missing
                            return (name, nil, true)
                        case .read(let index, let record):
                            let stored = try await tables.put(index, kind: name)
                            records[key] = record
                            return (name, stored, false)
                        }
                    } catch let error as UpstreamError {
                        try problems.add(error)
                        return (name, previous[name], false)
                    }
                }
            }
            var found: [String: VersionManifest.Index] = [:]
            var missing = Set<String>()
            for try await (name, index, isMissing) in group {
                if let index { found[name] = index }
                if isMissing { missing.insert(name) }
            }
            return (found, missing)
        }
    }
}

/// Folders of package indexes that belong together.
struct IndexFolders: Sendable {
    /// What their records are kept under.
    let key: String
    let format: PackageFormat
    /// By the name that the index gets.
    let paths: [String: String]
}
