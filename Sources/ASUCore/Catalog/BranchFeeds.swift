/// The package feeds of one branch, which all its releases share and which move on after a release.
///
/// Upstream links each release's `packages` folder to the branch's, so they are kept once.
package struct BranchFeeds: Sendable, Hashable, Codable {
    package var branch: String
    /// When they last changed, in Unix seconds.
    package var updatedAt: Int
    /// Indexes by architecture and feed.
    package var architectures: [String: [String: VersionManifest.Index]]
    /// Feeds that `feeds.conf` names and upstream doesn't have, as `<architecture>/<feed>`, sorted.
    package var missing: [String]

    package init(
        branch: String,
        updatedAt: Int,
        architectures: [String: [String: VersionManifest.Index]],
        missing: [String] = []
    ) {
        self.branch = branch
        self.updatedAt = updatedAt
        self.architectures = architectures
        self.missing = missing
    }

    /// Every blob that they name.
    package var blobs: Set<String> {
        architectures.values.reduce(into: []) { blobs, feeds in
            for index in feeds.values { index.add(to: &blobs) }
        }
    }

    /// Whether `other` says the same, whenever it was written.
    package func hasSameContent(as other: BranchFeeds) -> Bool {
        var copy = other
        copy.updatedAt = updatedAt
        return copy == self
    }
}
