/// Looks a request up in the catalog: whether what it names exists, and what it means.
///
/// The only place that decides so; a worker builds what is resolved here.
package struct RequestValidator: Sendable {
    private let catalog: Catalog
    private let policy: RequestPolicy
    private let branches: Set<String>

    /// - Parameters:
    ///   - catalog: Where requests are looked up.
    ///   - policy: What the operator allows.
    ///   - branches: The names of the branches that the operator enabled.
    package init(catalog: Catalog, policy: RequestPolicy, branches: [String]) {
        self.catalog = catalog
        self.policy = policy
        self.branches = Set(branches)
    }

    /// The revision that the catalog has for the request's target, or `nil` if it knows no such target.
    package func revision(_ request: BuildRequest) -> String? {
        catalog.current.manifests[request.version]?.targets[request.target.description]?.revision
    }

    /// - Throws: ``RequestRefusal``; ``CatalogError`` and ``RedisError`` if the catalog can't be read.
    package func resolve(_ request: BuildRequest) async throws -> BuildJob {
        try policy.check(request)
        let snapshot = catalog.current
        guard branches.contains(request.version.branchName) else {
            throw RequestRefusal.unsupportedBranch(request.version)
        }
        guard let manifest = snapshot.manifests[request.version] else {
            throw RequestRefusal.unsupportedVersion(request.version)
        }
        guard let target = manifest.targets[request.target.description] else {
            throw RequestRefusal.unsupportedTarget(request.target)
        }
        guard let profile = try await catalog.profiles(target).resolve(request.profile) else {
            throw RequestRefusal.unsupportedProfile(request.profile)
        }
        try checkRevision(request, target)
        try await checkPackages(request, target, manifest)
        return BuildJob(
            request: request,
            profile: profile,
            architecture: target.architecture,
            revision: target.revision
        )
    }

    /// Refuses a revision older than the catalog's; one that the catalog hasn't seen yet is left to the build.
    private func checkRevision(_ request: BuildRequest, _ target: VersionManifest.TargetRecord) throws {
        guard !request.versionCode.isEmpty, request.versionCode != target.revision,
            let requested = Self.commitCount(request.versionCode), let available = Self.commitCount(target.revision),
            requested < available
        else { return }
        throw RequestRefusal.outdatedRevision(available: target.revision, requested: request.versionCode)
    }

    /// The number in `r<number>-<commit>`, which grows with every commit of a branch.
    private static func commitCount(_ revision: String) -> Int? {
        guard revision.hasPrefix("r") else { return nil }
        return Int(revision.dropFirst().prefix { $0.isNumber })
    }

    private func checkPackages(
        _ request: BuildRequest,
        _ target: VersionManifest.TargetRecord,
        _ manifest: VersionManifest
    ) async throws {
        // What isn't indexed, or comes from elsewhere, can't be judged here: the build decides.
        guard request.repositories.isEmpty, let own = target.indexes,
            let feeds = manifest.feeds[target.architecture]
        else { return }
        let indexes = Array(own.values) + Array(feeds.values)
        var tables: [PackageTable] = []
        for index in indexes { tables.append(try await catalog.packages(index)) }
        var unknown: [PackageName] = []
        for selection in request.packages where !selection.isRemoval {
            let found = Self.newest(selection.name, in: tables)
            if found == nil, !Self.neverIndexed.contains(selection.name.text) { unknown.append(selection.name) }
            if case .package(let available) = found, let requested = request.packagesVersions[selection.name],
                requested.compare(available) < 0
            {
                throw RequestRefusal.outdatedPackage(selection.name, available: available, requested: requested)
            }
        }
        if !unknown.isEmpty, indexes.allSatisfy(\.knowsProvides) { throw RequestRefusal.unknownPackages(unknown) }
    }

    /// The package with the highest version; a name that is only provided if no table has such a package.
    private static func newest(_ name: PackageName, in tables: [PackageTable]) -> PackageTable.Entry? {
        var newest: PackageTable.Entry?
        for entry in tables.lazy.compactMap({ $0[name] }) {
            switch (entry, newest) {
            case (.package(let version), .package(let known)?) where version.compare(known) <= 0: continue
            case (.virtual, .some): continue
            default: newest = entry
            }
        }
        return newest
    }

    /// Dependencies that come with the ImageBuilder itself and stand in no index.
    private static let neverIndexed: Set<String> = ["kernel", "libc", "libgcc"]
}
