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
    /// - Returns: Those that are there, where one couldn't be read the previous one, and the names of those that
    ///   upstream doesn't have; `nil` if one is there and nothing is known of it: then nobody can tell an unknown package.
    /// - Throws: ``RedisError``, ``CatalogError``, and ``UpstreamError`` if upstream is down.
    func read(
        _ folders: IndexFolders,
        previous: [String: VersionManifest.Index],
        records: SourceRecords,
        tables: TableStore
    ) async throws -> (indexes: [String: VersionManifest.Index], missing: Set<String>)? {
        try await withThrowingTaskGroup(of: Part.self) { group in
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
                        case .unchanged: return Part(name: name, index: previous[name])
                        case .missing:
                            problems.add(missing: folder)
                            // One that was there is kept: upstream may be in the middle of an update of its own.
                            if let kept = previous[name] { return Part(name: name, index: kept) }
                            records[key] = .missing
                            return Part(name: name, isMissing: true)
                        case .read(let index, let record):
                            let stored = try await tables.put(index, kind: name)
                            records[key] = record
                            return Part(name: name, index: stored)
                        }
                    } catch let error as UpstreamError where error.code == .unknownKey && previous[name] == nil {
                        // Not a failure, as the operator may leave it so: what is not indexed the build decides about.
                        problems.add(unverified: error)
                        return Part(name: name)
                    } catch let error as UpstreamError {
                        try problems.add(error)
                        return Part(name: name, index: previous[name])
                    }
                }
            }
            var found: [String: VersionManifest.Index] = [:]
            var missing = Set<String>()
            var isWhole = true
            for try await part in group {
                if let index = part.index { found[part.name] = index } else if !part.isMissing { isWhole = false }
                if part.isMissing { missing.insert(part.name) }
            }
            return isWhole ? (found, missing) : nil
        }
    }

    private struct Part: Sendable {
        let name: String
        var index: VersionManifest.Index?
        var isMissing = false
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
