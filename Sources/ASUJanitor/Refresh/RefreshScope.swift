import ASUCore

/// What a refresh is limited to.
struct RefreshScope: Sendable {
    /// How much of upstream a refresh is after.
    enum Extent: Sendable {
        /// The newest release of each branch and the snapshots.
        case newest
        /// Every version of each branch.
        case all
    }

    var extent = Extent.all
    /// Only these versions; empty means all.
    var versions: [Version] = []
    /// Only these targets; empty means all.
    var targets: [Target] = []

    func includes(_ version: Version) -> Bool { versions.isEmpty || versions.contains(version) }

    func includes(_ target: Target) -> Bool { targets.isEmpty || targets.contains(target) }
}
