/// All of the catalog that is in force at one instant: manifests and feeds, without the blobs that they name.
package struct CatalogContents: Sendable {
    /// Counts the changes; 0 if there is no catalog yet.
    package var generation: Int64 = 0
    /// As stored: a release's manifest is without the feeds of its branch.
    package var manifests: [Version: VersionManifest] = [:]
    /// By branch.
    package var feeds: [String: BranchFeeds] = [:]

    package init() {}

    /// The manifests with the feeds of their branches.
    package var joined: [Version: VersionManifest] {
        var joined = manifests
        for (version, manifest) in manifests { joined[version] = manifest.joined(feeds[version.branchName]) }
        return joined
    }

    /// Every blob that a manifest or feeds name.
    var blobs: Set<String> {
        var blobs = manifests.values.reduce(into: Set<String>()) { $0.formUnion($1.blobs) }
        for feeds in feeds.values { blobs.formUnion(feeds.blobs) }
        return blobs
    }
}
