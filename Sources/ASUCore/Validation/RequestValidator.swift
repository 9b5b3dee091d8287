/// Looks a request up in the catalog: whether what it names exists, and what it means.
///
/// The only place that decides so; a worker builds what is resolved here.
package struct RequestValidator: Sendable {
    private let catalog: Catalog
    private let policy: RequestPolicy
    private let branches: Set<String>
    private let fixups: PackageFixupTable

    /// - Parameters:
    ///   - catalog: Where requests are looked up.
    ///   - policy: What the operator allows.
    ///   - branches: The names of the branches that the operator enabled.
    ///   - fixups: What is changed in the packages asked for.
    package init(catalog: Catalog, policy: RequestPolicy, branches: [String], fixups: PackageFixupTable) {
        self.catalog = catalog
        self.policy = policy
        self.branches = Set(branches)
        self.fixups = fixups
    }

    /// The targets of a version that have a profile of this name, sorted: those whose id it is; else those that list it
    /// as a supported device.
    ///
    /// A target that takes any name for its `generic` doesn't count, unless that is the name.
    ///
    /// - Throws: ``RequestRefusal`` `.unsupportedBranch` or `.unsupportedVersion`; ``CatalogError`` and ``RedisError``.
    package func targets(of profile: ProfileName, version: Version) async throws -> [Target] {
        let snapshot = catalog.current
        guard branches.contains(version.branchName) else { throw RequestRefusal.unsupportedBranch(version) }
        guard let manifest = snapshot.manifests[version] else { throw RequestRefusal.unsupportedVersion(version) }
        var byID: [Target] = []
        var byAlias: [Target] = []
        for (name, record) in manifest.targets {
            guard let target = Target(name), let id = try await catalog.profiles(record).resolve(profile) else {
                continue
            }
            if id == profile {
                byID.append(target)
            } else if id.text != "generic" {
                byAlias.append(target)
            }
        }
        // 19.07's ath79 lists the names of ar71xx, which is still there.
        return (byID.isEmpty ? byAlias : byID).sorted()
    }

    /// The revision that the catalog has for the request's target, or `nil` if it knows no such target.
    package func revision(_ request: BuildRequest) -> String? {
        catalog.current.manifests[request.version]?.targets[request.target.description]?.revision
    }

    /// - Returns: The job, and what of it the catalog hasn't seen yet.
    /// - Throws: ``RequestRefusal``; ``CatalogError`` and ``RedisError`` if the catalog can't be read.
    package func resolve(_ request: BuildRequest) async throws -> ResolvedRequest {
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
        let unseenRevision = try checkRevision(request, target)
        let packages = fixups.apply(
            to: request.packages,
            packagesVersions: request.packagesVersions,
            version: request.version,
            target: request.target,
            profile: profile
        )
        let unseenPackage = try await checkPackages(packages, of: request, target, manifest)
        let job = BuildJob(
            request: request,
            profile: profile,
            architecture: target.architecture,
            revision: target.revision,
            packages: packages
        )
        let unseen = (unseenRevision ?? unseenPackage).map { "\(request.version) \(request.target): \($0)" }
        return ResolvedRequest(job: job, unseen: unseen)
    }

    /// Known names that unknown ones may have meant, for at most ``maxSuggested`` of them.
    ///
    /// - Returns: Up to three names each, best first; nothing for a name that resembles none.
    /// - Throws: ``CatalogError`` and ``RedisError`` if the catalog can't be read.
    package func suggestions(
        for names: [PackageName],
        of request: BuildRequest
    ) async throws -> [(name: PackageName, known: [String])] {
        guard let manifest = catalog.current.manifests[request.version],
            let target = manifest.targets[request.target.description]
        else { return [] }
        var nearest = names.prefix(Self.maxSuggested).map { ($0, NearestNames($0)) }
        let indexes = Array((target.indexes ?? [:]).values) + Array((manifest.feeds[target.architecture] ?? [:]).values)
        for index in indexes {
            let table = try await catalog.packages(index)
            table.forEachPackage { name, _ in
                for position in nearest.indices { nearest[position].1.consider(name) }
            }
        }
        return nearest.compactMap { $0.1.names.isEmpty ? nil : (name: $0.0, known: $0.1.names) }
    }

    /// More unknown names than this are no spelling mistakes.
    private static let maxSuggested = 5

    /// Refuses a revision older than the catalog's; one that the catalog hasn't seen yet is left to the build.
    ///
    /// - Returns: What is newer, for logs.
    private func checkRevision(_ request: BuildRequest, _ target: VersionManifest.TargetRecord) throws -> String? {
        guard !request.versionCode.isEmpty, request.versionCode != target.revision,
            let requested = Self.commitCount(request.versionCode), let available = Self.commitCount(target.revision),
            requested != available
        else { return nil }
        guard requested > available else {
            throw RequestRefusal.outdatedRevision(available: target.revision, requested: request.versionCode)
        }
        return "\(request.versionCode) is newer than \(target.revision)"
    }

    /// The number in `r<number>-<commit>`, which grows with every commit of a branch.
    private static func commitCount(_ revision: String) -> Int? {
        guard revision.hasPrefix("r") else { return nil }
        return Int(revision.dropFirst().prefix { $0.isNumber })
    }

    /// Checks what would be built, which is not always what was asked for.
    ///
    /// - Returns: The first package that is asked for in a newer version than there is, for logs.
    private func checkPackages(
        _ packages: PackageList,
        of request: BuildRequest,
        _ target: VersionManifest.TargetRecord,
        _ manifest: VersionManifest
    ) async throws -> String? {
        // What isn't indexed, or comes from elsewhere, can't be judged here: the build decides.
        guard request.repositories.isEmpty, let own = target.indexes,
            let feeds = manifest.feeds[target.architecture]
        else { return nil }
        let indexes = Array(own.values) + Array(feeds.values)
        var tables: [PackageTable] = []
        tables.reserveCapacity(indexes.count)
        for index in indexes { tables.append(try await catalog.packages(index)) }
        var unknown: [PackageName] = []
        var unseen: String?
        for selection in packages.selections where !selection.isRemoval {
            let found = Self.newest(selection.name, in: tables)
            // What a fix-up brought in isn't the client's fault: if it lacks upstream, the build says so.
            if found == nil, !packages.additions.contains(selection.name),
                !Self.neverIndexed.contains(selection.name.text)
            {
                unknown.append(selection.name)
            }
            guard case .package(let available) = found, let requested = packages.versions[selection.name] else {
                continue
            }
            let order = requested.compare(available)
            if order < 0 {
                throw RequestRefusal.outdatedPackage(selection.name, available: available, requested: requested)
            }
            if order > 0, unseen == nil { unseen = "\(selection.name) \(requested) is newer than \(available)" }
        }
        if !unknown.isEmpty, indexes.allSatisfy(\.knowsProvides) { throw RequestRefusal.unknownPackages(unknown) }
        return unseen
    }

    /// The package with the highest version; a name that is only provided if no table has such a package.
    private static func newest(_ name: PackageName, in tables: [PackageTable]) -> PackageTable.Entry? {
        var newest: PackageTable.Entry?
        let key = PackageTable.Key(name)
        for table in tables {
            guard let entry = table[key] else { continue }
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
