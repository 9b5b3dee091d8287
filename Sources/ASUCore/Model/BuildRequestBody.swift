/// The JSON body of `POST /api/v1/build`, field by field and unchecked; unknown fields are ignored.
///
/// The names are the v1 API's. Written out again it is the `request` that a result echoes, with defaults filled in.
package struct BuildRequestBody: Sendable, Hashable, Codable {
    package var distro: String?
    package var version: String?
    package var versionCode: String?
    package var target: String?
    package var profile: String?
    package var packages: [String]?
    package var packagesVersions: [String: String]?
    package var diffPackages: Bool?
    package var defaults: String?
    package var rootfsSizeMB: Int?
    package var filesystem: String?
    package var repositories: [String: String]?
    package var repositoriesMode: String?
    package var repositoryKeys: [String]?
    package var client: String?

    package init(version: String? = nil, target: String? = nil, profile: String? = nil, packages: [String]? = nil) {
        self.version = version
        self.target = target
        self.profile = profile
        self.packages = packages
    }

    package enum CodingKeys: String, CodingKey, CaseIterable {
        case distro
        case version
        case versionCode = "version_code"
        case target
        case profile
        case packages
        case packagesVersions = "packages_versions"
        case diffPackages = "diff_packages"
        case defaults
        case rootfsSizeMB = "rootfs_size_mb"
        case filesystem
        case repositories
        case repositoriesMode = "repositories_mode"
        case repositoryKeys = "repository_keys"
        case client
    }

    /// Writes every field, `null` where a request has none: clients read some of them unasked.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(distro, forKey: .distro)
        try container.encode(version, forKey: .version)
        try container.encode(versionCode, forKey: .versionCode)
        try container.encode(target, forKey: .target)
        try container.encode(profile, forKey: .profile)
        try container.encode(packages, forKey: .packages)
        try container.encode(packagesVersions, forKey: .packagesVersions)
        try container.encode(diffPackages, forKey: .diffPackages)
        try container.encode(defaults, forKey: .defaults)
        try container.encode(rootfsSizeMB, forKey: .rootfsSizeMB)
        try container.encode(filesystem, forKey: .filesystem)
        try container.encode(repositories, forKey: .repositories)
        try container.encode(repositoriesMode, forKey: .repositoriesMode)
        try container.encode(repositoryKeys, forKey: .repositoryKeys)
        try container.encode(client, forKey: .client)
    }

    /// The body that parses to `request` again.
    package init(_ request: BuildRequest) {
        distro = BuildRequest.distro
        version = request.version.text
        versionCode = request.versionCode
        target = request.target.description
        profile = request.profile.text
        packages = request.packages.map(\.description)
        packagesVersions = Dictionary(
            uniqueKeysWithValues: request.packagesVersions.map { ($0.key.text, $0.value.text) }
        )
        diffPackages = request.diffPackages
        defaults = request.defaults
        rootfsSizeMB = request.rootfsSizeMB
        filesystem = request.filesystem?.rawValue
        repositories = Dictionary(
            uniqueKeysWithValues: request.repositories.map { ($0.name, $0.url.description) }
        )
        repositoriesMode = request.repositoriesMode.rawValue
        repositoryKeys = request.repositoryKeys.map(\.text)
        client = request.client
    }
}
