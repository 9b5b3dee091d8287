import ASUCore

/// Reads one version; what it returns isn't in force yet.
struct VersionRefresh: Sendable {
    let context: RefreshContext
    let version: Version
    /// The manifest in the catalog, as stored.
    let previous: VersionManifest?
    let records: SourceRecords
    /// Whether this is the newest release of its branch, which may still be growing.
    let isNewest: Bool

    /// - Returns: The manifest to put in force, `nil` if upstream has no such version.
    /// - Throws: ``RedisError``, ``CatalogError``; ``UpstreamError`` if the list of targets can't be read or upstream is
    ///   down.
    func run() async throws -> VersionManifest? {
        let layout = UpstreamLayout(version)
        guard let listed = try await targets(layout) else { return nil }
        context.progress.begin("\(version)")
        var manifest = VersionManifest(
            version: version.text,
            updatedAt: context.now,
            targets: previous?.targets ?? [:],
            feeds: previous?.feeds ?? [:],
            usesBranchFeeds: version.isSnapshot ? nil : true
        )
        // What upstream dropped goes, but not what this refresh isn't about.
        if version.isSnapshot {
            manifest.targets = manifest.targets.filter { name, _ in listed.keys.contains { $0.description == name } }
        }
        var absent = previous?.absent ?? [:]
        let refresh = TargetRefresh(
            context: context,
            layout: layout,
            records: records,
            tables: TableStore(
                store: context.store,
                hints: TableStore.hints((previous?.targets ?? [:]).values.compactMap(\.indexes))
            )
        )
        let asked = listed.filter { context.scope.includes($0.key) && !isComplete($0.key) }
        context.progress.expect(asked.count)
        let sorted = asked.keys.sorted()
        // The first alone, so that the others have something to be compared with.
        for part in [sorted.prefix(1), sorted.dropFirst()] {
            let outcomes = try await mapConcurrently(part, width: RefreshContext.width) { target in
                let old = previous?.targets[target.description]
                return (target, try await refresh.run(target, architecture: asked[target] ?? nil, previous: old))
            }
            for (target, outcome) in outcomes {
                switch outcome {
                case .record(let record):
                    manifest.targets[target.description] = record
                    absent[target.description] = nil
                case .absent: absent[target.description] = (asked[target] ?? nil) ?? ""
                }
            }
        }
        if !version.isSnapshot {
            // What a limited refresh left out is still to come.
            for (target, architecture) in listed where manifest.targets[target.description] == nil {
                absent[target.description] = architecture ?? absent[target.description] ?? ""
            }
        }
        // Nor does what upstream no longer lists stay absent for ever.
        absent = absent.filter { name, _ in Target(name).map { listed[$0] != nil } == true }
        manifest.absent = absent.isEmpty ? nil : absent
        return manifest
    }

    /// The architectures of the version's targets.
    static func architectures(_ manifest: VersionManifest) -> Set<String> {
        Set(manifest.targets.values.map(\.architecture))
    }

    /// Which targets there are: a finished release's are known, while it is the newest more may come.
    private func targets(_ layout: UpstreamLayout) async throws -> [Target: String?]? {
        if let previous, !version.isSnapshot, !isNewest {
            var known: [Target: String?] = [:]
            for (name, record) in previous.targets { Target(name).map { known[$0] = .some(record.architecture) } }
            for (name, architecture) in previous.absent ?? [:] {
                Target(name).map { known[$0] = architecture.isEmpty ? nil : architecture }
            }
            return known
        }
        return try await TargetLister(context: context, records: records).targets(layout)
    }

    /// Whether nothing more can come of asking for a target: true of a finished release's, once it is all there.
    private func isComplete(_ target: Target) -> Bool {
        guard !version.isSnapshot, let record = previous?.targets[target.description] else { return false }
        return record.isComplete(UpstreamLayout(version))
    }
}

extension VersionManifest.TargetRecord {
    /// Whether everything that upstream publishes of a target is there.
    func isComplete(_ layout: UpstreamLayout) -> Bool {
        func isThere(_ name: String) -> Bool { indexes?[name].map { $0.isUnread != true } == true }
        return isThere("packages") && (!layout.hasKernelModulesFeed || kernel == nil || isThere("kmods"))
    }
}

extension VersionManifest {
    /// Whether everything that upstream publishes of a finished release's targets is there.
    var isComplete: Bool {
        guard absent == nil, let version = Version(version) else { return false }
        let layout = UpstreamLayout(version)
        return targets.values.allSatisfy { $0.isComplete(layout) }
    }
}
