/// What one step puts in force and takes out.
package struct CatalogChange: Sendable {
    /// New manifests, whose blobs were put before.
    package var manifests: [VersionManifest] = []
    /// New feeds, whose blobs were put before.
    package var feeds: [BranchFeeds] = []
    /// Versions to take out.
    package var removedVersions: [Version] = []
    /// Branches whose feeds go.
    package var removedFeeds: [String] = []
    /// What upstream calls stable and upcoming; `nil` leaves what is there.
    package var releases: ReleaseNames?
    /// What the janitor knows of upstream's files, by part of the catalog; opaque to the store.
    package var sources: [String: [UInt8]] = [:]

    package init() {}

    /// Whether there is nothing to do.
    package var isEmpty: Bool { !isVisible && sources.isEmpty }

    /// Whether it changes what servers see.
    var isVisible: Bool {
        !(manifests.isEmpty && feeds.isEmpty && removedVersions.isEmpty && removedFeeds.isEmpty && releases == nil)
    }
}
