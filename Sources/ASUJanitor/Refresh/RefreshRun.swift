import ASUCore

/// One refresh under way: the catalog as it is now, and what was found so far.
struct RefreshRun {
    let context: RefreshContext
    let lock: String
    var contents: CatalogContents
    let sources: [String: [UInt8]]
    let checks: [String: Int]
    var summary = RefreshSummary()

    private var books: [String: SourceRecords] = [:]
    private var asked: [String: Int?] = [:]
    /// Branches whose feeds were read in this run, and whether all went well.
    private var feedsRead: [String: Bool] = [:]

    init(
        context: RefreshContext,
        lock: String,
        contents: CatalogContents,
        sources: [String: [UInt8]],
        checks: [String: Int]
    ) {
        self.context = context
        self.lock = lock
        self.contents = contents
        self.sources = sources
        self.checks = checks
        summary.generation = contents.generation
    }

    /// What is remembered of a part's files; the empty name is for the server's own.
    mutating func records(_ part: String) -> SourceRecords {
        if let known = books[part] { return known }
        let made = SourceRecords(stored: sources[part])
        books[part] = made
        return made
    }

    /// Reads what the plan names: first the newest of every branch and the snapshots, then the rest, newest first.
    mutating func refresh(_ plan: RefreshPlan) async throws {
        var rest: [Version] = []
        for branch in plan.branches {
            var newest: Version?
            for version in branch.releases {
                // With versions named, which is the newest must still be known, but only they are read.
                guard newest == nil else {
                    rest.append(version)
                    continue
                }
                if !context.scope.includes(version) {
                    if contents.manifests[version] != nil { newest = version }
                } else if try await refresh(version, isNewest: true) {
                    newest = version
                }
            }
            if let snapshot = branch.snapshot, context.scope.includes(snapshot) {
                let found = try await refresh(snapshot, isNewest: true)
                if !found, newest == nil { summary.emptyBranches.append(branch.name) }
            } else if newest == nil, context.scope.versions.isEmpty {
                summary.emptyBranches.append(branch.name)
            }
        }
        guard context.scope.extent == .all else { return }
        for version in rest.sorted(by: >) where context.scope.includes(version) {
            _ = try await refresh(version, isNewest: false)
        }
    }

    /// Takes out what isn't enabled any more, and notes when upstream was asked.
    mutating func finish(branches: [String], releases: ReleaseNames) async throws {
        var change = CatalogChange()
        if context.scope.versions.isEmpty {
            change.removedVersions = try await context.store.versions().filter { !branches.contains($0.branchName) }
            change.removedFeeds = contents.feeds.keys.filter { !branches.contains($0) }
            for name in change.removedVersions.map(\.text) + change.removedFeeds.map(Self.feedsPart) {
                change.sources[name] = []
                asked[name] = .some(nil)
            }
        }
        if try await knownReleases() != releases { change.releases = releases }
        summary.removed = change.removedVersions.sorted()
        try await publish(change, parts: [""])
        if context.scope.versions.isEmpty, context.scope.targets.isEmpty { asked[""] = context.now }
        summary.missing = context.problems.missing
        summary.failures = context.problems.failures
        summary.unverified = context.problems.unverified
        try await context.store.note(checks: asked)
    }

    /// What the catalog says of the releases; `nil` if that can't be read, which is repaired then.
    private func knownReleases() async throws -> ReleaseNames? {
        do {
            return try await context.store.releases()
        } catch is CatalogError {
            return nil
        }
    }

    /// - Returns: Whether upstream has the version.
    private mutating func refresh(_ version: Version, isNewest: Bool) async throws -> Bool {
        let previous = contents.manifests[version]
        if skips(version, previous, isNewest: isNewest) { return previous != nil }
        let records = records(version.text)
        let failuresBefore = context.problems.failures.count
        let found: VersionManifest?
        do {
            found = try await VersionRefresh(
                context: context,
                version: version,
                previous: previous,
                records: records,
                isNewest: isNewest
            ).run()
        } catch let error as UpstreamError {
            try context.problems.add(error)
            return previous != nil
        }
        // What failed of an older release, or was left out, is asked for again next time, and not after a day.
        let isWhole = context.problems.failures.count == failuresBefore && context.scope.targets.isEmpty
        if isWhole { asked[version.text] = context.now }
        guard var manifest = found else { return previous != nil }
        var change = CatalogChange()
        if !version.isSnapshot, isNewest { change.feeds = try await branchFeeds(manifest, version) }
        try await readOwnFeeds(&manifest, version, branch: change.feeds.first ?? contents.feeds[version.branchName])
        // An empty version would be refused for every target: as good as none.
        guard !manifest.targets.isEmpty else { return false }
        if previous?.hasSameContent(as: manifest) != true {
            change.manifests = [manifest]
            summary.add(version, manifest, feeds: change.feeds.first ?? contents.feeds[version.branchName])
            noteRevisions(version, manifest, previous)
        }
        summary.feeds += change.feeds.map(\.branch)
        try await publish(change, parts: [version.text] + (isNewest ? [Self.feedsPart(version.branchName)] : []))
        return true
    }

    /// Whether there is no use in asking for a version.
    private func skips(_ version: Version, _ previous: VersionManifest?, isNewest: Bool) -> Bool {
        guard !version.isSnapshot, !isNewest, context.scope.versions.isEmpty else { return false }
        if let previous, previous.isComplete, hasAllFeeds(previous, version) { return true }
        guard let last = checks[version.text] else { return false }
        return context.now - last < CatalogRefresh.patience
    }

    /// Whether there are feeds for all architectures of a version, its own or its branch's.
    private func hasAllFeeds(_ manifest: VersionManifest, _ version: Version) -> Bool {
        let shared = contents.feeds[version.branchName]?.architectures ?? [:]
        return VersionRefresh.architectures(manifest).allSatisfy { manifest.feeds[$0] != nil || shared[$0] != nil }
    }

    /// The feeds of a release's branch, if they changed.
    private mutating func branchFeeds(_ manifest: VersionManifest, _ version: Version) async throws -> [BranchFeeds] {
        let branch = version.branchName
        let previous = contents.feeds[branch]
        let failuresBefore = context.problems.failures.count
        let outcome = try await FeedsRefresh(
            context: context,
            layout: UpstreamLayout(version),
            records: records(Self.feedsPart(branch))
        ).run(VersionRefresh.architectures(manifest), previous: previous?.architectures ?? [:])
        feedsRead[branch] = context.problems.failures.count == failuresBefore
        asked[Self.feedsPart(branch)] = context.now
        var feeds = BranchFeeds(
            branch: branch,
            updatedAt: context.now,
            architectures: previous?.architectures ?? [:],
            missing: outcome.missing
        )
        // Architectures that only older releases have stay.
        feeds.architectures.merge(outcome.architectures) { _, new in new }
        if feeds.architectures.isEmpty || previous?.hasSameContent(as: feeds) == true { return [] }
        return [feeds]
    }

    /// The feeds that a version has for itself: a snapshot's, and those of architectures that its branch lacks.
    private mutating func readOwnFeeds(
        _ manifest: inout VersionManifest,
        _ version: Version,
        branch: BranchFeeds?
    ) async throws {
        var architectures = VersionRefresh.architectures(manifest)
        if !version.isSnapshot {
            // If the branch's couldn't be read, theirs would only be a copy.
            guard feedsRead[version.branchName] != false else { return }
            architectures.subtract(branch.map { Array($0.architectures.keys) } ?? [])
        }
        guard !architectures.isEmpty else {
            manifest.feeds = [:]
            return
        }
        manifest.feeds = try await FeedsRefresh(
            context: context,
            layout: UpstreamLayout(version),
            records: records(version.text)
        ).run(architectures, previous: manifest.feeds).architectures
    }

    private mutating func noteRevisions(
        _ version: Version,
        _ manifest: VersionManifest,
        _ previous: VersionManifest?
    ) {
        for (name, record) in manifest.targets {
            guard let old = previous?.targets[name], old.revision != record.revision, let target = Target(name) else {
                continue
            }
            summary.revisions.append(.init(version: version, target: target, revision: record.revision))
        }
    }

    private mutating func publish(_ change: CatalogChange, parts: [String]) async throws {
        var change = change
        for part in parts {
            if let records = books[part], records.hasChanged { change.sources[part] = try records.encoded() }
        }
        for manifest in change.manifests { Version(manifest.version).map { contents.manifests[$0] = manifest } }
        for feeds in change.feeds { contents.feeds[feeds.branch] = feeds }
        guard !change.isEmpty, !summary.isDryRun else { return }
        summary.generation = try await context.store.publish(change, lock: lock)
        for part in parts { books[part]?.markStored() }
    }

    static func feedsPart(_ branch: String) -> String { "feeds:\(branch)" }
}
