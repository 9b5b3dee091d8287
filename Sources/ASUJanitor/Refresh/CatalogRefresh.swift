import ASUCore
import Foundation

/// Loads the newest version of every enabled branch and puts all of them in force in one step.
struct CatalogRefresh: Sendable {
    let upstream: UpstreamReader
    let store: CatalogStore
    let branches: [String]
    let progress: ProgressLine

    /// - Parameter lock: The janitor's token.
    /// - Returns: What was found and put in force.
    /// - Throws: ``UpstreamError``, ``RedisError``, ``CatalogError``; the old catalog is in force then.
    func run(lock: String) async throws -> RefreshSummary {
        let start = ContinuousClock.now
        let index = try await versions()
        var (summary, manifests) = try await load(index)
        guard !manifests.isEmpty else {
            throw UpstreamError(
                .missing,
                url: upstream.baseURL,
                reason: "has no version of the enabled branches (\(branches.joined(separator: ", ")))"
            )
        }
        let stale = try await store.versions().filter { !branches.contains($0.branchName) }
        summary.generation = try await store.publish(
            manifests,
            removing: stale,
            releases: ReleaseNames(index),
            lock: lock
        )
        summary.duration = ContinuousClock.now - start
        return summary
    }

    /// Puts the blobs of every branch's newest version into Redis; nothing is in force yet.
    private func load(_ index: VersionsIndex) async throws -> (RefreshSummary, [VersionManifest]) {
        let loader = VersionLoader(upstream: upstream, store: store, progress: progress)
        var summary = RefreshSummary()
        var manifests: [VersionManifest] = []
        defer { progress.end() }
        for (branch, versions) in candidates(index) {
            var found = false
            for version in versions {
                guard let loaded = try await loader.load(version) else { continue }
                manifests.append(loaded.manifest)
                summary.add(version, loaded)
                found = true
                break
            }
            if !found { summary.emptyBranches.append(branch) }
        }
        return (summary, manifests)
    }

    private func versions() async throws -> VersionsIndex {
        guard let json = try await upstream.read(UpstreamLayout.versionsPath) else {
            throw UpstreamError(
                .missing,
                url: upstream.url(UpstreamLayout.versionsPath),
                reason: "there is no such file; is upstream_url the root of a download server?"
            )
        }
        return try VersionsIndex(json: json, url: upstream.url(UpstreamLayout.versionsPath))
    }

    /// The versions of each branch, newest first; upstream may list some that it no longer has.
    private func candidates(_ index: VersionsIndex) -> [(branch: String, versions: [Version])] {
        branches.map { branch in
            guard branch != Version.snapshotName else { return (branch, Version(branch).map { [$0] } ?? []) }
            // Releases before candidates: a stable version is what "newest" means while there is one.
            let own = index.versions.filter { $0.branchName == branch }
            return (branch, own.filter { !$0.text.contains("-rc") } + own.filter { $0.text.contains("-rc") })
        }
    }
}
