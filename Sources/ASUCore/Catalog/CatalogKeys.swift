/// The names of the catalog's keys in Redis, in one place.
///
/// - `asu:catalog`: a small hash that says what is in force: one field per version with the name of its
///   ``VersionManifest``, one field `feeds:<branch>` per branch with the name of its ``BranchFeeds``; `:generation`
///   counts the changes, `:releases` holds ``ReleaseNames`` as JSON.
/// - `asu:catalog:blob:<sha256>`: compressed bytes, named by the SHA-256 of what they decompress to: manifests, feeds,
///   package tables and what few lines set them apart from another, profiles. Equal bytes are one blob.
/// - `asu:janitor:sources`: by part of the catalog, what the janitor needs to ask upstream only for what changed.
/// - `asu:janitor:checks`: by part of the catalog, when upstream was last asked, in Unix seconds.
package struct CatalogKeys: Sendable {
    package let catalog: String
    package let blobPrefix: String
    package let lock: String
    /// A list of the reasons for which the janitor should run before its time; see ``JanitorWake``.
    package let wake: String
    package let sources: String
    package let checks: String

    package init(prefix: String = "asu") {
        catalog = "\(prefix):catalog"
        blobPrefix = "\(prefix):catalog:blob:"
        lock = "\(prefix):janitor:lock"
        wake = "\(prefix):janitor:wake"
        sources = "\(prefix):janitor:sources"
        checks = "\(prefix):janitor:checks"
    }

    package static let generationField = ":generation"
    package static let releasesField = ":releases"
    /// What the field of a branch's feeds begins with; no version has a colon.
    static let feedsPrefix = "feeds:"

    package func blob(_ name: String) -> String { blobPrefix + name }
}
