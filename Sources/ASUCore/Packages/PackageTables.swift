/// The data files that are built into the programs, so that none needs a file beside it.
package struct PackageTables: Sendable, Hashable {
    package let branches: BranchTable
    package let changes: PackageChangeTable
    package let fixups: PackageFixupTable

    /// Parses and checks the built-in data; call it once, at start.
    ///
    /// - Throws: ``PackageTablesError`` that names file, entry and what was expected.
    package static func load() throws(PackageTablesError) -> PackageTables {
        // `PackageResources` is made by the build from the `resources` of this target in Package.swift.
        let text = { (bytes: [UInt8]) in String(decoding: bytes, as: UTF8.self) }
        return try PackageTables(
            branches: text(PackageResources.branches_toml),
            changes: text(PackageResources.package_changes_toml),
            fixups: text(PackageResources.package_fixups_toml)
        )
    }

    /// Parses the texts of the three files and checks them against each other.
    ///
    /// - Throws: ``PackageTablesError``
    package init(branches: String, changes: String, fixups: String) throws(PackageTablesError) {
        self.branches = try BranchTable(toml: branches)
        self.changes = try PackageChangeTable(toml: changes)
        self.fixups = try PackageFixupTable(toml: fixups, branches: self.branches)
    }

    /// A branch's `package_changes`; none for a release branch that `branches.toml` doesn't have.
    package func changes(forBranch branch: String) -> [PackageChange] {
        changes.changes(forBranch: branch, branchOffRevision: branches.branchOffRevision(of: branch))
    }
}
