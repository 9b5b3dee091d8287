/// The release branches and where each left the main branch; read from `branches.toml`.
package struct BranchTable: Sendable, Hashable {
    package static let file = "branches.toml"

    /// By the branch's name.
    private let revisions: [String: Int]

    /// - Throws: ``PackageTablesError`` for the first entry that is malformed or there twice.
    package init(toml: String) throws(PackageTablesError) {
        let keys = ["name", "branch_off_rev"]
        var revisions: [String: Int] = [:]
        for entry in try TableEntry.entries(toml, file: Self.file, name: "branch", keys: keys) {
            let name = try entry.value("name", Self.release, "a release branch such as 24.10")
            guard revisions.updateValue(try entry.count("branch_off_rev"), forKey: name) == nil else {
                throw entry.error(.conflict, "'name': '\(name)' is there twice")
            }
        }
        self.revisions = revisions
    }

    /// The commit count of main at which the branch left it; `nil` for `SNAPSHOT`, which never left, and for branches
    /// that the table doesn't have.
    package func branchOffRevision(of branch: String) -> Int? { revisions[branch] }

    /// Whether a version can belong to it: a release branch of the table, or `SNAPSHOT`.
    package func contains(_ branch: String) -> Bool {
        branch == Version.snapshotName || revisions[branch] != nil
    }

    /// Parses the name of a release branch: two numbers around a dot.
    static func release(_ text: String) -> String? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let areNumbers = parts.allSatisfy { part in
            (1...4).contains(part.utf8.count) && part.utf8.allSatisfy { (48...57).contains($0) }
        }
        return parts.count == 2 && areNumbers ? text : nil
    }

    /// Parses the name of a release branch, or `SNAPSHOT`.
    static func branch(_ text: String) -> String? { text == Version.snapshotName ? text : release(text) }
}
