/// A well-formed request for one image; it can only be made by parsing a ``BuildRequestBody``.
///
/// Well formed means: every name, count and length is within its bounds. Whether the version, target, profile and
/// packages exist is the catalog's to say, and what an operator allows is ``RequestPolicy``'s.
package struct BuildRequest: Sendable, Hashable {
    package static let distro = "openwrt"

    package let version: Version
    /// The revision that the client expects (`r23630-842932a63d`), or empty for any.
    package let versionCode: String
    package let target: Target
    /// As asked for; not yet the catalog's profile id.
    package let profile: ProfileName
    /// In the order given, each once.
    ///
    /// With `packages_versions` in the request: its names, sorted.
    package let packages: [PackageSelection]
    /// The versions that the image must have; empty if the client named none.
    package let packagesVersions: [PackageName: PackageVersion]
    /// Whether ``packages`` is the whole list, so that default packages that it doesn't name are left out.
    package let diffPackages: Bool
    /// A first-boot script; `nil` if none.
    package let defaults: String?
    package let rootfsSizeMB: Int?
    package let filesystem: Filesystem?
    /// Sorted by name.
    package let repositories: [Repository]
    package let repositoriesMode: Repository.Mode
    package let repositoryKeys: [RepositoryKey]
    /// Who asks (`owut/2025.1`); no part of the hash.
    package let client: String?
}
