import ASUCore
import Testing

/// A request's packages before and after the fix-ups; both lists as words.
struct PackageFixupCase: Sendable, CustomTestStringConvertible {
    let version: String
    let target: String
    let profile: String
    let packages: String
    let expected: String

    init(
        _ version: String,
        _ target: String,
        _ profile: String,
        _ packages: String,
        becomes expected: String
    ) {
        self.version = version
        self.target = target
        self.profile = profile
        self.packages = packages
        self.expected = expected
    }

    /// For a device that has no rules of its own.
    init(_ version: String, _ packages: String, becomes expected: String) {
        self.init(version, "x86/64", "generic", packages, becomes: expected)
    }

    var testDescription: String { "\(version) \(target) \(profile): \(packages)" }

    /// What `table` makes of it, with the versions as `name=version`.
    func result(_ table: PackageFixupTable, versions: [String: String] = [:]) throws -> String {
        var required: [PackageName: PackageVersion] = [:]
        for (name, version) in versions {
            let version = try #require(PackageVersion(version))
            required[try #require(PackageName(name))] = version
        }
        let list = table.apply(
            to: try packages.split(separator: " ").map { try #require(PackageSelection($0)) },
            packagesVersions: required,
            version: try #require(Version(version)),
            target: try #require(Target(target)),
            profile: try #require(ProfileName(profile))
        )
        let words = list.selections.map(\.description)
        return (words + list.versions.map { "\($0.key)=\($0.value)" }.sorted()).joined(separator: " ")
    }
}
