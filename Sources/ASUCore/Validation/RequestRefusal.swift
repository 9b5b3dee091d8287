/// Why a well-formed request can't be built here.
///
/// The descriptions are what clients show; they are stable.
package enum RequestRefusal: Error, Sendable, Hashable, CustomStringConvertible {
    case defaultsNotEnabled
    case repositoryNotAllowed(RepositoryURL)
    case unsupportedBranch(Version)
    case unsupportedVersion(Version)
    case unsupportedTarget(Target)
    case unsupportedProfile(ProfileName)
    /// Neither packages nor anything that packages provide, in the order asked for.
    case unknownPackages([PackageName])
    /// The catalog has a newer revision than the one asked for.
    case outdatedRevision(available: String, requested: String)
    /// The catalog has newer versions than those asked for.
    case outdatedPackage(PackageName, available: PackageVersion, requested: PackageVersion)

    package var description: String {
        let perhaps = "It may have been dropped, is still being built upstream, or isn't part of this version."
        switch self {
        case .defaultsNotEnabled:
            return "Handling `defaults` not enabled on server"
        case .repositoryNotAllowed(let url):
            return "Repository not allowed: \(url)"
        case .unsupportedBranch(let version):
            return "Unsupported branch: \(version)"
        case .unsupportedVersion(let version):
            return "Unsupported version: \(version)"
        case .unsupportedTarget(let target):
            return "Unsupported target: \(target). \(perhaps)"
        case .unsupportedProfile(let profile):
            return "Unsupported profile: \(profile). \(perhaps)"
        case .unknownPackages(let names):
            return "Unsupported package(s): \(names.map(\.text).joined(separator: ", "))"
        case .outdatedRevision(let available, let requested):
            return "Received incorrect version \(available) (requested \(requested))"
        case .outdatedPackage(let name, let available, let requested):
            return "Impossible package selection: \(name) version not as requested: \(requested) vs. \(available)"
        }
    }
}
