import ASUCore
import Foundation

/// Reads one version from upstream and puts its blobs into Redis; the manifest that it returns isn't in force yet.
struct VersionLoader: Sendable {
    let upstream: UpstreamReader
    let store: CatalogStore
    let progress: ProgressLine

    /// What was found, and what was missing by path.
    struct Loaded: Sendable {
        var manifest: VersionManifest
        var profiles = 0
        var packages = 0
        var missing: [String] = []
    }

    /// - Returns: `nil` if upstream has no such version.
    /// - Throws: ``UpstreamError``, ``RedisError``.
    func load(_ version: Version) async throws -> Loaded? {
        let layout = UpstreamLayout(version)
        guard let json = try await upstream.read(layout.targetsPath) else { return nil }
        let targets = try TargetsIndex(json: json, url: upstream.url(layout.targetsPath)).architectures
        let architectures = Set(targets.values)
        progress.begin("\(version)")
        progress.expect(targets.count + architectures.count)
        async let feeds = loadFeeds(architectures, layout)
        var loaded = try await loadTargets(targets, layout)
        for (architecture, part) in try await feeds {
            if !part.indexes.isEmpty { loaded.manifest.feeds[architecture] = part.indexes }
            loaded.missing += part.missing
            loaded.packages += part.indexes.values.reduce(0) { $0 + $1.packages }
        }
        return loaded
    }

    private func loadTargets(_ targets: [Target: String], _ layout: UpstreamLayout) async throws -> Loaded {
        let manifest = VersionManifest(
            version: layout.version.text,
            updatedAt: Int(Date().timeIntervalSince1970),
            targets: [:],
            feeds: [:]
        )
        return try await withThrowingTaskGroup { group in
            for (target, architecture) in targets {
                group.addTask { try await loadTarget(target, architecture, layout) }
            }
            var loaded = Loaded(manifest: manifest)
            for try await part in group {
                if let record = part.record { loaded.manifest.targets[part.target.description] = record }
                loaded.profiles += part.profiles
                loaded.packages += (part.record?.indexes ?? [:]).values.reduce(0) { $0 + $1.packages }
                loaded.missing += part.missing
            }
            return loaded
        }
    }

    private struct TargetPart: Sendable {
        let target: Target
        var record: VersionManifest.TargetRecord?
        var profiles = 0
        var missing: [String] = []
    }

    private func loadTarget(
        _ target: Target,
        _ architecture: String,
        _ layout: UpstreamLayout
    ) async throws -> TargetPart {
        defer { progress.advance() }
        var part = TargetPart(target: target)
        let path = layout.profilesPath(target)
        guard let json = try await upstream.read(path) else {
            part.missing.append(path)
            return part
        }
        let index = try ProfilesIndex(json: json, url: upstream.url(path))
        part.profiles = index.profiles.count
        var folders = ["packages": layout.targetPackagesPath(target)]
        if layout.hasKernelModulesFeed, let kernel = index.kernel {
            folders["kmods"] = layout.kernelModulesPath(target, kernel: kernel)
        }
        let found = try await loadIndexes(folders, layout)
        part.missing += found.missing
        part.record = VersionManifest.TargetRecord(
            architecture: architecture,
            revision: index.revision,
            profiles: try await store.put(TargetProfiles.encode(index.profiles)),
            document: try await store.put(json),
            indexes: found.indexes["packages"] == nil ? nil : found.indexes
        )
        return part
    }

    private struct IndexPart: Sendable {
        var indexes: [String: VersionManifest.Index] = [:]
        var missing: [String] = []
    }

    private func loadFeeds(
        _ architectures: Set<String>,
        _ layout: UpstreamLayout
    ) async throws -> [(String, IndexPart)] {
        try await withThrowingTaskGroup { group in
            for architecture in architectures {
                group.addTask {
                    defer { progress.advance() }
                    let path = layout.feedsConfigurationPath(architecture: architecture)
                    let configuration = try await upstream.read(path).map {
                        try FeedsConfiguration(text: String(decoding: $0, as: UTF8.self), url: upstream.url(path))
                    }
                    var folders: [String: String] = [:]
                    for feed in (configuration ?? .customary).feeds {
                        folders[feed] = layout.feedPath(architecture: architecture, feed: feed)
                    }
                    return (architecture, try await loadIndexes(folders, layout))
                }
            }
            var parts: [(String, IndexPart)] = []
            for try await part in group { parts.append(part) }
            return parts
        }
    }

    private func loadIndexes(_ folders: [String: String], _ layout: UpstreamLayout) async throws -> IndexPart {
        let reader = IndexReader(upstream: upstream)
        return try await withThrowingTaskGroup { group in
            for (name, folder) in folders {
                group.addTask {
                    guard let index = try await reader.read(folder, format: layout.packageFormat) else {
                        return (name, folder, VersionManifest.Index?.none)
                    }
                    let blob = try await store.put(PackageTable(index).bytes)
                    let record = VersionManifest.Index(
                        blob: blob,
                        knowsProvides: index.knowsProvides,
                        packages: index.entries.count
                    )
                    return (name, folder, record)
                }
            }
            var part = IndexPart()
            for try await (name, folder, index) in group {
                if let index { part.indexes[name] = index } else { part.missing.append(folder) }
            }
            return part
        }
    }
}
