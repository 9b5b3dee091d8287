/// What the catalog knows of one version: a small document that names compressed blobs by their content.
///
/// It is replaced in one step, so that a reader sees all of the old or all of the new.
package struct VersionManifest: Sendable, Hashable, Codable {
    /// One package index.
    package struct Index: Sendable, Hashable, Codable {
        /// The blob of its ``PackageTable``, or of what sets the table apart from ``base``'s.
        package var blob: String
        /// The blob of another index's whole table; `nil` if ``blob`` is a whole table itself.
        package var base: String?
        /// Whether the names that packages provide are in it.
        package var knowsProvides: Bool
        /// Packages in it, for status and logs.
        package var packages: Int
        /// Whether upstream has the index and nothing is known of it: it stands for names that only the build can judge.
        package var isUnread: Bool?

        package init(
            blob: String,
            base: String? = nil,
            knowsProvides: Bool,
            packages: Int,
            isUnread: Bool? = nil
        ) {
            self.blob = blob
            self.base = base
            self.knowsProvides = knowsProvides
            self.packages = packages
            self.isUnread = isUnread
        }

        /// Names the table among all: equal differences to other tables are other tables.
        package var tableName: String { base.map { "\(blob) of \($0)" } ?? blob }

        func add(to blobs: inout Set<String>) {
            blobs.insert(blob)
            if let base { blobs.insert(base) }
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
        /// How many profiles there are.
        package var profileCount: Int?
        /// The folder of the kernel's modules, `<version>-<release>-<vermagic>`, if the target has one of its own.
        package var kernel: String?

        package init(
            architecture: String,
            revision: String,
            profiles: String,
            document: String,
            indexes: [String: Index]?,
            profileCount: Int? = nil,
            kernel: String? = nil
        ) {
            self.architecture = architecture
            self.revision = revision
            self.profiles = profiles
            self.document = document
            self.indexes = indexes
            self.profileCount = profileCount
            self.kernel = kernel
        }
    }

    package var version: String
    /// When it was last changed, in Unix seconds.
    package var updatedAt: Int
    package var targets: [String: TargetRecord]
    /// Feeds by architecture and name.
    ///
    /// An architecture without an entry isn't indexed. As stored these are the version's own only; read back, a release
    /// has those of its branch too.
    package var feeds: [String: [String: Index]]
    /// Whether the feeds of its branch are its own too: true of releases.
    package var usesBranchFeeds: Bool?
    /// Targets that upstream lists and has no profiles.json of, with their architectures.
    package var absent: [String: String]?

    package init(
        version: String,
        updatedAt: Int,
        targets: [String: TargetRecord],
        feeds: [String: [String: Index]],
        usesBranchFeeds: Bool? = nil,
        absent: [String: String]? = nil
    ) {
        self.version = version
        self.updatedAt = updatedAt
        self.targets = targets
        self.feeds = feeds
        self.usesBranchFeeds = usesBranchFeeds
        self.absent = absent
    }

    /// Every blob that it names.
    package var blobs: Set<String> {
        var blobs = Set<String>()
        for target in targets.values {
            blobs.insert(target.profiles)
            blobs.insert(target.document)
            for index in (target.indexes ?? [:]).values { index.add(to: &blobs) }
        }
        for feeds in feeds.values {
            for index in feeds.values { index.add(to: &blobs) }
        }
        return blobs
    }

    /// The same with the feeds of its branch, if it uses them; its own come first.
    func joined(_ branch: BranchFeeds?) -> VersionManifest {
        guard usesBranchFeeds == true, let branch else { return self }
        var joined = self
        // Almost always there are none of its own, and the dictionary is shared, not copied.
        joined.feeds = feeds.isEmpty ? branch.architectures : branch.architectures.merging(feeds) { _, own in own }
        return joined
    }

    /// Whether `other` says the same, whenever it was written.
    package func hasSameContent(as other: VersionManifest) -> Bool {
        var copy = other
        copy.updatedAt = updatedAt
        return copy == self
    }
}
