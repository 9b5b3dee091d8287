/// What the catalog knows of one version: a small document that names compressed blobs by their content.
///
/// It is replaced in one step, so that a reader sees all of the old or all of the new.
package struct VersionManifest: Sendable, Hashable, Codable {
    /// One package index.
    package struct Index: Sendable, Hashable, Codable {
        /// The blob of its ``PackageTable``.
        package var blob: String
        /// Whether the names that packages provide are in it.
        package var knowsProvides: Bool
        /// Packages in it, for status and logs.
        package var packages: Int

        package init(blob: String, knowsProvides: Bool, packages: Int) {
            self.blob = blob
            self.knowsProvides = knowsProvides
            self.packages = packages
        }
    }

    package struct TargetRecord: Sendable, Hashable, Codable {
        package var architecture: String
        /// Upstream's `version_code`.
        package var revision: String
        /// The blob of its ``TargetProfiles``.
        package var profiles: String
        /// The blob of upstream's profiles.json as it is.
        package var document: String
        /// The target's own packages and kernel modules by the name of their folder; `nil` if not indexed.
        package var indexes: [String: Index]?

        package init(
            architecture: String,
            revision: String,
            profiles: String,
            document: String,
            indexes: [String: Index]?
        ) {
            self.architecture = architecture
            self.revision = revision
            self.profiles = profiles
            self.document = document
            self.indexes = indexes
        }
    }

    package var version: String
    /// When it was last changed, in Unix seconds.
    package var updatedAt: Int
    package var targets: [String: TargetRecord]
    /// Feeds by architecture and name.
    ///
    /// An architecture without an entry isn't indexed.
    package var feeds: [String: [String: Index]]

    package init(version: String, updatedAt: Int, targets: [String: TargetRecord], feeds: [String: [String: Index]]) {
        self.version = version
        self.updatedAt = updatedAt
        self.targets = targets
        self.feeds = feeds
    }

    /// Every blob that it names.
    package var blobs: Set<String> {
        var blobs = Set<String>()
        for target in targets.values {
            blobs.insert(target.profiles)
            blobs.insert(target.document)
            for index in (target.indexes ?? [:]).values { blobs.insert(index.blob) }
        }
        for feeds in feeds.values {
            for index in feeds.values { blobs.insert(index.blob) }
        }
        return blobs
    }
}
