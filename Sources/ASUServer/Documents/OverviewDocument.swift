import ASUCore
import Foundation

/// `overview.json`, `branches.json` and `latest.json`: what this server has, in the words that clients read.
struct OverviewDocument: Sendable {
    let settings: Settings
    let packages: PackageTables

    /// What clients may print; nobody decides by it.
    private static let serverVersion = "swift-1"

    func overview(_ snapshot: Catalog.Snapshot) throws -> [UInt8] {
        var branches: [String: JSONValue] = [:]
        for (name, fields) in try branchFields(snapshot) { branches[name] = .object(fields) }
        return try encode([
            "latest": .array(latestVersions(snapshot).map { .string($0.text) }),
            "branches": .object(branches),
            "upstream_url": .string(settings.upstreamURL),
            "server": [
                "version": .string(Self.serverVersion),
                "contact": "",
                "allow_defaults": .bool(settings.allowDefaults),
                "repository_allow_list": .array(settings.repositoryAllowList.map { .string($0.description) }),
                "max_custom_rootfs_size_mb": .integer(Int64(settings.maxCustomRootfsSizeMB)),
                "max_defaults_length": .integer(Int64(settings.maxDefaultsLength)),
            ],
        ])
    }

    /// A list, as the oldest auc needs it.
    func branches(_ snapshot: Catalog.Snapshot) throws -> [UInt8] {
        try encode(.array(try branchFields(snapshot).map { .object($0.fields) }))
    }

    func latest(_ snapshot: Catalog.Snapshot) throws -> [UInt8] {
        try encode(["latest": .array(latestVersions(snapshot).map { .string($0.text) })])
    }

    /// What upstream calls upcoming, stable and old stable, newest first, as far as it can be built here.
    func latestVersions(_ snapshot: Catalog.Snapshot) -> [Version] {
        let named = snapshot.releases.all.filter { snapshot.manifests[$0] != nil }
        if !named.isEmpty { return named.sorted(by: >) }
        // A mirror whose own idea of stable isn't served here: the newest release of each branch.
        return settings.branches.compactMap { branch in
            snapshot.manifests.keys.filter { $0.branchName == branch && !$0.isSnapshot }.max()
        }
    }

    /// The branches that are served and have a version, newest first.
    private func branchFields(
        _ snapshot: Catalog.Snapshot
    ) throws -> [(name: String, fields: [String: JSONValue])] {
        try settings.branches.compactMap { branch in
            let versions = snapshot.manifests.keys.filter { $0.branchName == branch }.sorted(by: >)
            guard let newest = versions.first, let manifest = snapshot.manifests[newest] else { return nil }
            let isSnapshot = branch == Version.snapshotName
            let changes = try packages.changes(forBranch: branch).map { try JSONValue(encoding: $0) }
            var fields: [String: JSONValue] = [
                "name": .string(branch),
                "enabled": true,
                "snapshot": .bool(isSnapshot),
                "path": isSnapshot ? "snapshots" : "releases/{version}",
                "path_packages": "DEPRECATED",
                "versions": .array(versions.map { .string($0.text) }),
                "targets": .object(manifest.targets.mapValues { .string($0.architecture) }),
                "package_changes": .array(changes),
                // What auc 0.1 copies without a look, and dies of if it is missing.
                "git_branch": .string(isSnapshot ? "main" : "openwrt-\(branch)"),
                "pubkey": "",
                "updates": .string(isSnapshot ? "dev" : "stable"),
                "repos": .array(feeds(manifest).map(JSONValue.string)),
            ]
            if let revision = packages.branches.branchOffRevision(of: branch) {
                fields["branch_off_rev"] = .integer(Int64(revision))
            }
            return (branch, fields)
        }
    }

    private func feeds(_ manifest: VersionManifest) -> [String] {
        manifest.feeds.values.reduce(into: Set<String>()) { $0.formUnion($1.keys) }.sorted()
    }

    private func encode(_ value: JSONValue) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try Array(encoder.encode(value))
    }
}
