import ASUCore

/// Which versions a refresh reads, and in which order.
struct RefreshPlan: Sendable {
    /// One branch: its releases, newest first, and its snapshot.
    struct Branch: Sendable {
        let name: String
        /// Releases before candidates: a stable version is what "newest" means while there is one.
        let releases: [Version]
        /// Absent for a branch that upstream never lists a release of, other than `SNAPSHOT`.
        let snapshot: Version?
    }

    let branches: [Branch]

    /// Whether a version may be there.
    func names(_ version: Version) -> Bool {
        branches.contains { $0.releases.contains(version) || $0.snapshot == version }
    }

    /// - Parameters:
    ///   - index: What upstream lists.
    ///   - branches: The names of the enabled branches.
    init(_ index: VersionsIndex, branches: [String]) {
        self.branches = branches.map { name in
            guard name != Version.snapshotName else {
                return Branch(name: name, releases: [], snapshot: Version(name))
            }
            let own = index.versions.filter { $0.branchName == name && !$0.isSnapshot }
            return Branch(
                name: name,
                releases: own.filter { !$0.isCandidate } + own.filter(\.isCandidate),
                snapshot: Version("\(name)-\(Version.snapshotName)")
            )
        }
    }
}
