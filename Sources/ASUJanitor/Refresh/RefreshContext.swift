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
    /// - Returns: Those that are there, where one couldn't be read the previous one, or one that says that nothing is
    ///   known of it; and the names of those that upstream doesn't have.
    /// - Throws: ``RedisError``, ``CatalogError``, and ``UpstreamError`` if upstream is down.
    func read(
        _ folders: IndexFolders,
        previous: [String: VersionManifest.Index],
        records: SourceRecords,
        tables: TableStore
    ) async throws -> (indexes: [String: VersionManifest.Index], missing: Set<String>) {
        try await withThrowingTaskGroup(of: (String, VersionManifest.Index?).self) { group in
            for (name, folder) in folders.paths {
                group.addTask {
                    let key = "\(folders.key)/\(name)"
                    do {
                        let index = try await read(folder, folders.format, key, previous[name], records) {
                            try await tables.put($0, kind: name)
                        }
                        problems.noteAnswer()
                        return (name, index)
                    } catch let error as UpstreamError {
                        try problems.add(error)
                        if let previous = previous[name] { return (name, previous) }
                        return (name, try await tables.unread())
                    }
                }
            }
            var found: [String: VersionManifest.Index] = [:]
            var missing = Set<String>()
            for try await (name, index) in group {
                if let index { found[name] = index } else { missing.insert(name) }
            }
            return (found, missing)
        }
    }

    /// The index of one folder; `nil` if there is none.
    private func read(
        _ folder: String,
        _ format: PackageFormat,
        _ key: String,
        _ previous: VersionManifest.Index?,
        _ records: SourceRecords,
        put: (PackageIndex?) async throws -> VersionManifest.Index
    ) async throws -> VersionManifest.Index? {
        let record = records[key]
        let reply = try await indexes.read(
            folder,
            format: format,
            known: previous == nil ? nil : record,
            wasMissing: record == .missing
        )
        switch reply {
        case .unchanged:
            if record?.strangerTo != nil {
                let reason = "is still signed by a key that isn't trusted"
                problems.add(unverified: UpstreamError(.unknownKey, url: upstream.url(folder), reason: reason))
            }
            return previous
        case .missing:
            problems.add(missing: folder)
            // One that was there is kept: upstream may be in the middle of an update of its own.
            if let previous, previous.isUnread != true { return previous }
            records[key] = .missing
            return nil
        case .read(let reading, let record):
            if let stranger = reading.stranger {
                if previous != nil, previous?.isUnread != true { throw stranger }
                // Not a failure, as the operator may leave it so: what isn't indexed the build decides about.
                problems.add(unverified: stranger)
            }
            let stored = try await put(reading.index)
            records[key] = record
            return stored
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
