/// What a build is to install and leave out, and the versions that the image must have.
package struct PackageList: Sendable, Hashable {
    /// In the order in which they are built, each once.
    package private(set) var selections: [PackageSelection]
    /// Versions of packages among ``selections``.
    package private(set) var versions: [PackageName: PackageVersion]

    /// What a fix-up brought in though nothing of the kind was asked for.
    package private(set) var additions: Set<PackageName> = []

    package init(selections: [PackageSelection], versions: [PackageName: PackageVersion]) {
        self.selections = selections
        self.versions = versions
    }

    /// The list as a client asked for it.
    package init(_ request: BuildRequest) {
        self.init(selections: request.packages, versions: request.packagesVersions)
    }

    /// Appends a package, unless the list has it or asks to leave it out.
    mutating func add(_ name: PackageName) {
        guard !names(name) else { return }
        selections.append(PackageSelection(name: name))
        additions.insert(name)
    }

    /// Takes packages off; entries that ask to leave one out stay.
    mutating func remove(where matches: (PackageName) -> Bool) {
        let removed = selections.filter { !$0.isRemoval && matches($0.name) }
        guard !removed.isEmpty else { return }
        selections.removeAll { !$0.isRemoval && matches($0.name) }
        for selection in removed { versions[selection.name] = nil }
    }

    /// Puts `new` in the place of `old`, if `old` is to be installed; takes `old` off if the list names `new` already.
    mutating func replace(_ old: PackageName, with new: PackageName) {
        guard let index = selections.firstIndex(of: PackageSelection(name: old)) else { return }
        if names(new) {
            selections.remove(at: index)
        } else {
            selections[index] = PackageSelection(name: new)
        }
        // The client can't know upstream's version of the new one.
        versions[old] = nil
    }

    private func names(_ name: PackageName) -> Bool { selections.contains { $0.name == name } }
}
