import ASUCore

/// Reads one target of a version.
struct TargetRefresh: Sendable {
    let context: RefreshContext
    let layout: UpstreamLayout
    let records: SourceRecords
    let tables: TableStore

    /// What is to be put in place of the target's old record.
    enum Outcome: Sendable {
        case record(VersionManifest.TargetRecord)
        /// Upstream has no profiles.json of it, or one that couldn't be read and there is no older one.
        case absent
    }

    /// - Parameters:
    ///   - target: Which one.
    ///   - architecture: As `.targets.json` has it, if there is one.
    ///   - previous: The target's record in the catalog.
    /// - Returns: Its new record, or that there is none.
    /// - Throws: ``RedisError``, ``CatalogError``, and ``UpstreamError`` if upstream is down.
    func run(
        _ target: Target,
        architecture: String?,
        previous: VersionManifest.TargetRecord?
    ) async throws -> Outcome {
        defer { context.progress.advance() }
        // A finished release's profiles are final.
        let isFinal = !layout.version.isSnapshot && previous != nil
        guard var record = isFinal ? previous : try await profiles(target, architecture, previous) else {
            return .absent
        }
        var folders = ["packages": layout.targetPackagesPath(target)]
        if layout.hasKernelModulesFeed, let kernel = record.kernel {
            folders["kmods"] = layout.kernelModulesPath(target, kernel: kernel)
        }
        var old = previous?.indexes ?? [:]
        // Another kernel has a folder of its own, and what the old one held is of no use.
        if previous?.kernel != record.kernel { old["kmods"] = nil }
        if isFinal { folders = folders.filter { old[$0.key] == nil || old[$0.key]?.isUnread == true } }
        let found = try await context.read(
            IndexFolders(key: "\(target)", format: layout.packageFormat, paths: folders),
            previous: old,
            records: records,
            tables: tables
        )
        var indexes = isFinal ? old.merging(found.indexes) { _, new in new } : found.indexes
        // A kernel's modules may come after its profiles.json; until then nobody can tell which there are.
        if found.missing.contains("kmods") { indexes["kmods"] = try await tables.unread() }
        let own = indexes["packages"]
        record.indexes = own == nil || own?.isUnread == true ? nil : indexes
        return .record(record)
    }

    private func profiles(
        _ target: Target,
        _ architecture: String?,
        _ previous: VersionManifest.TargetRecord?
    ) async throws -> VersionManifest.TargetRecord? {
        let path = layout.profilesPath(target)
        let url = context.upstream.url(path)
        let key = "\(target)/profiles.json"
        do {
            let reply = try await context.upstream.read(path, known: previous == nil ? nil : records[key]) { bytes in
                (try ProfilesIndex(json: bytes, url: url), bytes)
            }
            context.problems.noteAnswer()
            switch reply {
            case .unchanged: return previous
            case .missing:
                context.problems.add(missing: path)
                return previous
            case .read((let index, let bytes), let record):
                guard let architecture = architecture ?? index.architecture, TargetsIndex.isArchitecture(architecture)
                else { throw UpstreamError(.malformed, url: url, reason: "expected the name of an architecture") }
                let made = VersionManifest.TargetRecord(
                    architecture: architecture,
                    revision: index.revision,
                    profiles: try await context.store.put(TargetProfiles.encode(index.profiles)),
                    document: try await context.store.put(bytes),
                    indexes: nil,
                    profileCount: index.profiles.count,
                    kernel: index.kernel?.folder
                )
                records[key] = record
                return made
            }
        } catch let error as UpstreamError {
            try context.problems.add(error)
            return previous
        }
    }
}
