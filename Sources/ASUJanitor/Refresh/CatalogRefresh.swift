import ASUCore
import Foundation

/// Brings the catalog up to what upstream has: each version and each branch's feeds in one step of their own.
struct CatalogRefresh: Sendable {
    let upstream: UpstreamReader
    let store: CatalogStore
    let keys: UsignKeyring
    let branches: [String]
    var scope = RefreshScope()
    let progress: ProgressLine
    /// Finds out what would change and writes nothing.
    var isDryRun = false

    /// How long what a finished release lacks isn't asked for again, in seconds.
    static let patience = 24 * 3600

    /// - Parameter lock: The janitor's token.
    /// - Returns: What was found and put in force; what went wrong on the way is in it.
    /// - Throws: ``UpstreamError`` if upstream is down or has no version of any enabled branch, ``RedisError``,
    ///   ``CatalogError``. What was put in force until then stays.
    func run(lock: String) async throws -> RefreshSummary {
        let start = ContinuousClock.now
        let context = RefreshContext(
            upstream: upstream,
            indexes: IndexReader(upstream: upstream, keys: keys),
            store: isDryRun ? store.readingOnly : store,
            scope: scope,
            progress: progress,
            now: Int(Date().timeIntervalSince1970)
        )
        var run = RefreshRun(
            context: context,
            lock: lock,
            contents: try await store.readableContents(),
            sources: try await store.sources(),
            checks: try await store.checks()
        )
        run.summary.isDryRun = isDryRun
        let index = try await versions(&run)
        let plan = RefreshPlan(index, branches: branches)
        for version in scope.versions where !plan.names(version) {
            try context.problems.add(
                UpstreamError(
                    .missing,
                    url: upstream.url(UpstreamLayout.versionsPath),
                    reason: "names no \(version) of an enabled branch (\(branches.joined(separator: ", ")))"
                )
            )
        }
        defer { progress.end() }
        try await run.refresh(plan)
        guard !run.contents.manifests.isEmpty else { throw context.problems.failures.first ?? nothingThere }
        try await run.finish(branches: branches, releases: ReleaseNames(index))
        run.summary.duration = ContinuousClock.now - start
        return run.summary
    }

    private var nothingThere: UpstreamError {
        UpstreamError(
            .missing,
            url: upstream.baseURL,
            reason: "has no version of the enabled branches (\(branches.joined(separator: ", ")))"
        )
    }

    private func versions(_ run: inout RefreshRun) async throws -> VersionsIndex {
        let path = UpstreamLayout.versionsPath
        let url = upstream.url(path)
        let records = run.records("")
        let known = records[path]
        let reply = try await upstream.read(
            path,
            known: known?.body == nil ? nil : known,
            maxBytes: UpstreamReader.maxSmallBytes
        ) { bytes in
            (try VersionsIndex(json: bytes, url: url), bytes)
        }
        switch reply {
        case .read((let index, let bytes), var record):
            record.body = String(decoding: bytes, as: UTF8.self)
            records[path] = record
            return index
        case .unchanged: return try VersionsIndex(json: Array((known?.body ?? "").utf8), url: url)
        case .missing:
            throw UpstreamError(
                .missing,
                url: url,
                reason: "there is no such file; is upstream_url the root of a download server?"
            )
        }
    }
}
