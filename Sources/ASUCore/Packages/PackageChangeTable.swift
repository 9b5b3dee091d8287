/// The changes that clients apply to their package lists; read from `package-changes.toml`.
package struct PackageChangeTable: Sendable, Hashable {
    package static let file = "package-changes.toml"

    /// In the file's order.
    package let changes: [PackageChange]

    /// - Throws: ``PackageTablesError`` for the first entry that is malformed, or whose source another one has.
    package init(toml: String) throws(PackageTablesError) {
        let keys = ["source", "target", "revision", "mandatory", "reason"]
        var changes: [PackageChange] = []
        for entry in try TableEntry.entries(toml, file: Self.file, name: "change", keys: keys) {
            let source = try entry.value("source", PackageName.init, "a package name")
            let target = entry.has("target") ? try entry.value("target", PackageName.init, "a package name") : nil
            guard source != target else { throw entry.error(.conflict, "'source' and 'target' are both '\(source)'") }
            guard !changes.contains(where: { $0.source == source }) else {
                throw entry.error(.conflict, "'source': '\(source)' is there twice")
            }
            changes.append(
                PackageChange(
                    source: source,
                    target: target,
                    revision: try entry.count("revision"),
                    isMandatory: try entry.flag("mandatory"),
                    reason: try entry.text("reason")
                )
            )
        }
        self.changes = changes
    }

    /// What a branch's `package_changes` are.
    ///
    /// - Parameters:
    ///   - branch: The branch's name.
    ///   - branchOffRevision: Where it left main; later changes aren't in it. `nil` if that isn't known.
    /// - Returns: All for `SNAPSHOT`; none for a release branch whose revision isn't known.
    package func changes(forBranch branch: String, branchOffRevision: Int?) -> [PackageChange] {
        if branch == Version.snapshotName { return changes }
        guard let branchOffRevision else { return [] }
        return changes.filter { $0.revision <= branchOffRevision }
    }
}
