/// The names of the catalog's keys in Redis, in one place.
///
/// - `asu:catalog`: a hash; one field per version holds its ``VersionManifest`` (compressed JSON), and the field
///   `:generation` counts the changes; `:releases` holds ``ReleaseNames`` as JSON.
/// - `asu:catalog:blob:<sha256>`: compressed bytes, named by the SHA-256 of what they decompress to. Equal indexes of
///   several versions are one blob.
package struct CatalogKeys: Sendable {
    package let catalog: String
    package let blobPrefix: String
    package let lock: String
    /// A list of the reasons for which the janitor should run before its time; see ``JanitorWake``.
    package let wake: String

    package init(prefix: String = "asu") {
        catalog = "\(prefix):catalog"
        blobPrefix = "\(prefix):catalog:blob:"
        lock = "\(prefix):janitor:lock"
        wake = "\(prefix):janitor:wake"
    }

    package static let generationField = ":generation"
    package static let releasesField = ":releases"

    package func blob(_ name: String) -> String { blobPrefix + name }
}
