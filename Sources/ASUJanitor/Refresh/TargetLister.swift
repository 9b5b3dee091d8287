import ASUCore

/// Finds out which targets a version has.
struct TargetLister: Sendable {
    let context: RefreshContext
    let records: SourceRecords

    /// The targets with their architectures; `nil` for one that only its profiles.json tells.
    ///
    /// Old releases have no `.targets.json`: there the server's listing of the folder is read.
    ///
    /// - Returns: `nil` if upstream has no such version.
    /// - Throws: ``UpstreamError``.
    func targets(_ layout: UpstreamLayout) async throws -> [Target: String?]? {
        let key = ".targets.json"
        let path = layout.targetsPath
        let url = context.upstream.url(path)
        let known = records[key]
        let reply = try await context.upstream.read(
            path,
            known: known?.body == nil ? nil : known,
            maxBytes: UpstreamReader.maxSmallBytes
        ) { bytes in
            (try TargetsIndex(json: bytes, url: url), bytes)
        }
        switch reply {
        case .read((let index, let bytes), var record):
            record.body = String(decoding: bytes, as: UTF8.self)
            records[key] = record
            return index.architectures.mapValues { $0 }
        case .unchanged:
            return try TargetsIndex(json: Array((known?.body ?? "").utf8), url: url).architectures.mapValues { $0 }
        case .missing:
            return layout.version.isSnapshot ? nil : try await listed(layout)
        }
    }

    private func listed(_ layout: UpstreamLayout) async throws -> [Target: String?]? {
        let folder = "\(layout.path)/targets"
        guard let top = try await folders("\(folder)/?json-targets"), !top.isEmpty else { return nil }
        let direct = top.compactMap { Target($0) }
        if !direct.isEmpty { return Dictionary(direct.map { ($0, nil) }) { first, _ in first } }
        let found = try await mapConcurrently(top, width: RefreshContext.width) { name in
            (try await folders("\(folder)/\(name)/") ?? []).compactMap { Target("\(name)/\($0)") }
        }
        let targets = Set(found.joined())
        return targets.isEmpty ? nil : Dictionary(uniqueKeysWithValues: targets.map { ($0, nil) })
    }

    /// What a listing names; OpenWrt's own server answers the query with a JSON list of whole targets.
    private func folders(_ path: String) async throws -> [String]? {
        do {
            let reply = try await context.upstream.read(path) { bytes in
                if bytes.first == UInt8(ascii: "[") {
                    return try TargetsIndex.names(json: bytes, url: context.upstream.url(path))
                }
                return FolderListing(html: bytes).folders
            }
            guard case .read(let folders, _) = reply else { return nil }
            return folders
        } catch let error as UpstreamError where error.code == .malformed {
            // A server that lists no folders answers 403: then this version is as good as not there.
            return nil
        }
    }
}
