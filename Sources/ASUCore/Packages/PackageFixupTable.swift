/// What the server changes in the packages of requests; read from `package-fixups.toml`.
package struct PackageFixupTable: Sendable, Hashable {
    package static let file = "package-fixups.toml"
    /// How many packages the table can add to a list at most.
    package static let maxAdditions = 100

    /// In the order in which they are applied.
    package let fixups: [PackageFixup]

    /// - Parameters:
    ///   - toml: The file's text.
    ///   - branches: The branches that there are; a fix-up for another one is an error.
    /// - Throws: ``PackageTablesError`` for the first entry that is malformed.
    package init(toml: String, branches: BranchTable) throws(PackageTablesError) {
        var fixups: [PackageFixup] = []
        var additions = Set<PackageName>()
        for entry in try TableEntry.entries(toml, file: Self.file, name: "fixup", keys: PackageFixup.keys) {
            let fixup = try PackageFixup(entry, branches: branches)
            if case .add(let names) = fixup.action { additions.formUnion(names) }
            guard additions.count <= Self.maxAdditions else {
                throw entry.error(.badValue, "'add': the table adds more than \(Self.maxAdditions) packages")
            }
            fixups.append(fixup)
        }
        self.fixups = fixups
    }

    /// A request's packages as they are to be built.
    ///
    /// What the client asked to leave out is neither changed nor added. The version of a package that is replaced or
    /// taken off is dropped with it.
    ///
    /// - Parameters:
    ///   - packages: As asked for, each once.
    ///   - packagesVersions: As asked for.
    ///   - version: The version to build.
    ///   - target: The target to build for.
    ///   - profile: The catalog's profile id.
    /// - Returns: The list to check and build.
    package func apply(
        to packages: [PackageSelection],
        packagesVersions: [PackageName: PackageVersion],
        version: Version,
        target: Target,
        profile: ProfileName
    ) -> PackageList {
        var list = PackageList(selections: packages, versions: packagesVersions)
        for fixup in fixups where fixup.covers(version, target, profile) { fixup.apply(to: &list) }
        return list
    }
}
