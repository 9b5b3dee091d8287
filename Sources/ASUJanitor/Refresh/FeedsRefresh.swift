import ASUCore

/// Reads the package feeds of architectures.
struct FeedsRefresh: Sendable {
    let context: RefreshContext
    /// The version through whose folder the feeds are read.
    let layout: UpstreamLayout
    let records: SourceRecords

    /// What was found.
    struct Outcome: Sendable {
        var architectures: [String: [String: VersionManifest.Index]] = [:]
        /// Feeds that are named and not there, as `<architecture>/<feed>`, sorted.
        var missing: [String] = []
    }

    /// - Parameters:
    ///   - architectures: Those to read.
    ///   - previous: What the catalog has of them.
    /// - Returns: The indexes that are there.
    /// - Throws: ``RedisError``, ``CatalogError``, and ``UpstreamError`` if upstream is down.
    func run(
        _ architectures: Set<String>,
        previous: [String: [String: VersionManifest.Index]]
    ) async throws -> Outcome {
        let tables = TableStore(store: context.store, hints: TableStore.hints(previous.values))
        context.progress.expect(architectures.count)
        var outcome = Outcome()
        // The first alone, so that the others have something to be compared with.
        let sorted = architectures.sorted()
        for part in [sorted.prefix(1), sorted.dropFirst()] {
            let found = try await mapConcurrently(part, width: RefreshContext.width / 2) { architecture in
                let feeds = try await read(architecture, previous[architecture] ?? [:], tables)
                return (architecture, feeds.indexes, feeds.missing)
            }
            for (architecture, indexes, missing) in found {
                if !indexes.isEmpty { outcome.architectures[architecture] = indexes }
                outcome.missing += missing.map { "\(architecture)/\($0)" }
            }
        }
        outcome.missing.sort()
        return outcome
    }

    private func read(
        _ architecture: String,
        _ previous: [String: VersionManifest.Index],
        _ tables: TableStore
    ) async throws -> (indexes: [String: VersionManifest.Index], missing: Set<String>) {
        defer { context.progress.advance() }
        let configuration: FeedsConfiguration
        do {
            configuration = try await self.configuration(architecture)
        } catch let error as UpstreamError {
            try context.problems.add(error)
            return (previous, [])
        }
        var paths: [String: String] = [:]
        for feed in configuration.feeds { paths[feed] = layout.feedPath(architecture: architecture, feed: feed) }
        return try await context.read(
            IndexFolders(key: architecture, format: layout.packageFormat, paths: paths),
            previous: previous,
            records: records,
            tables: tables
        )
    }

    private func configuration(_ architecture: String) async throws -> FeedsConfiguration {
        let path = layout.feedsConfigurationPath(architecture: architecture)
        let url = context.upstream.url(path)
        let key = "\(architecture)/feeds.conf"
        let known = records[key]
        let reply = try await context.upstream.read(
            path,
            known: known?.body == nil ? nil : known,
            maxBytes: UpstreamReader.maxSmallBytes
        ) { bytes in
            let text = String(decoding: bytes.prefix(1 << 16), as: UTF8.self)
            return (try FeedsConfiguration(text: text, url: url), text)
        }
        context.problems.noteAnswer()
        switch reply {
        case .read((let configuration, let text), var record):
            record.body = text
            records[key] = record
            return configuration
        case .unchanged: return try FeedsConfiguration(text: known?.body ?? "", url: url)
        // Upstream may be in the middle of an update of its own.
        case .missing: return try known?.body.map { try FeedsConfiguration(text: $0, url: url) } ?? .customary
        }
    }
}
