extension PackageFixup {
    private static let actions = ["add", "remove", "replace", "rename_prefix", "remove_affixed"]
    static let keys = ["versions", "since", "targets", "profiles"] + actions + ["reason"]

    /// Parses one `[[fixup]]` for any of the branches that there are.
    init(_ entry: TableEntry, branches: BranchTable) throws(PackageTablesError) {
        versions = try Self.versions(entry, branches)
        let target = "a target such as ath79/generic"
        targets = entry.has("targets") ? Set(try entry.values("targets", Target.init, target)) : []
        profiles = entry.has("profiles") ? Set(try entry.values("profiles", Self.profile, Self.profileForm)) : []
        action = try Self.action(entry)
        reason = try entry.text("reason")
    }

    private static let profileForm = "a profile id, with commas as underscores"

    /// A name that would be normalised to another spelling is not an id.
    private static func profile(_ text: String) -> ProfileName? {
        ProfileName(text).flatMap { $0.text == text ? $0 : nil }
    }

    private static func versions(_ entry: TableEntry, _ branches: BranchTable) throws(PackageTablesError) -> Versions {
        guard entry.has("versions") != entry.has("since") else {
            let code = entry.has("since") ? PackageTablesError.Code.conflict : .missingKey
            throw entry.error(code, "expected either 'versions' or 'since'")
        }
        let known = { (text: String) in BranchTable.branch(text).flatMap { branches.contains($0) ? $0 : nil } }
        let form = "a branch of \(BranchTable.file) or SNAPSHOT"
        if entry.has("since") { return .since(try entry.value("since", known, form)) }
        if entry.isText("versions") {
            return try entry.value("versions", { $0 == "every" ? .every : nil }, "\"every\" or a list of branches")
        }
        return .branches(try entry.values("versions", known, form))
    }

    private static func action(_ entry: TableEntry) throws(PackageTablesError) -> Action {
        let found = actions.filter(entry.has)
        guard let key = found.first, found.count == 1 else {
            let code = found.isEmpty ? PackageTablesError.Code.missingKey : .conflict
            let names = actions.joined(separator: ", ")
            throw entry.error(
                code,
                "expected exactly one of \(names), found \(found.isEmpty ? "none" : found.joined(separator: ", "))"
            )
        }
        switch key {
        case "add": return .add(try entry.values(key, PackageName.init, "a package name"))
        case "remove": return .remove(try entry.values(key, PackageName.init, "a package name"))
        case "replace":
            let pair = try entry.table(key, keys: ["old", "new"])
            let old = try pair.value("old", PackageName.init, "a package name")
            let new = try pair.value("new", PackageName.init, "a package name")
            guard old != new else { throw pair.error(.conflict, "'old' and 'new' are both '\(old)'") }
            return .replace(old, with: new)
        case "rename_prefix":
            let pair = try entry.table(key, keys: ["old", "new"])
            let old = try pair.value("old", beginning, beginningForm)
            let new = try pair.value("new", beginning, beginningForm)
            guard old != new else { throw pair.error(.conflict, "'old' and 'new' are both '\(old)'") }
            return .renamePrefix(old, to: new)
        default:
            let pair = try entry.table(key, keys: ["prefix", "suffix"])
            let prefix = try pair.value("prefix", beginning, beginningForm)
            let suffix = try pair.value("suffix", ending, "a dash and the end of a package name, such as -en")
            return .removeAffixed(prefix: prefix, suffix: suffix)
        }
    }

    private static let beginningForm = "the beginning of a package name up to a dash, such as luci-i18n-"

    /// Ends with a dash, so that a forgotten one doesn't match what it isn't meant for.
    private static func beginning(_ text: String) -> String? {
        PackageName(text) != nil && text.hasSuffix("-") ? text : nil
    }

    private static func ending(_ text: String) -> String? {
        text.hasPrefix("-") && PackageName(text.dropFirst()) != nil ? text : nil
    }
}
