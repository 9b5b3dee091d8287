/// One thing that the server changes in a request's packages, so that a list of an older release still builds.
package struct PackageFixup: Sendable, Hashable {
    /// Which versions it is for.
    package enum Versions: Sendable, Hashable {
        case every
        /// Those of these branches, by name.
        case branches([String])
        /// Those of this branch and of all newer ones, `SNAPSHOT` included.
        case since(String)
    }

    package enum Action: Sendable, Hashable {
        /// Appends what the list doesn't name.
        case add([PackageName])
        case remove([PackageName])
        case replace(PackageName, with: PackageName)
        /// Replaces every package whose name begins so; what follows is kept.
        case renamePrefix(String, to: String)
        /// Removes packages whose names begin and end so.
        case removeAffixed(prefix: String, suffix: String)
    }

    package let versions: Versions
    /// Empty for all.
    package let targets: Set<Target>
    /// Empty for all.
    package let profiles: Set<ProfileName>
    package let action: Action
    /// For maintainers.
    package let reason: String

    /// Whether it is for builds of such an image; `profile` is the catalog's id.
    package func covers(_ version: Version, _ target: Target, _ profile: ProfileName) -> Bool {
        covers(version) && (targets.isEmpty || targets.contains(target))
            && (profiles.isEmpty || profiles.contains(profile))
    }

    private func covers(_ version: Version) -> Bool {
        switch versions {
        case .every: return true
        case .branches(let names): return names.contains(version.branchName)
        case .since(let name):
            guard let first = Version(name), let branch = Version(version.branchName) else { return false }
            return branch >= first
        }
    }

    /// Changes the list; entries that ask to leave a package out stay as they are.
    package func apply(to list: inout PackageList) {
        switch action {
        case .add(let names):
            for name in names { list.add(name) }
        case .remove(let names):
            list.remove { names.contains($0) }
        case .replace(let old, let new):
            list.replace(old, with: new)
        case .renamePrefix(let old, let new):
            let start = Array(old.utf8)
            for selection in list.selections where selection.name.text.utf8.starts(with: start) {
                let rest = selection.name.text.dropFirst(old.count)
                if let renamed = PackageName(new + rest) { list.replace(selection.name, with: renamed) }
            }
        case .removeAffixed(let prefix, let suffix):
            // By bytes: names are ASCII, and texts are compared by what they mean.
            let (start, end) = (Array(prefix.utf8), Array(suffix.utf8.reversed()))
            list.remove { $0.text.utf8.starts(with: start) && $0.text.utf8.reversed().starts(with: end) }
        }
    }
}
