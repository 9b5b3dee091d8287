import ASUCore

/// The `PACKAGES` of a build: what the ImageBuilder installs besides, or takes away from, its own lists.
struct PackagePlan: Equatable {
    /// Each a package name, or `-name`; every part was parsed by ``PackageSelection``.
    let entries: [String]

    /// Makes the list.
    ///
    /// With `diff_packages` the job's list is absolute: first, sorted, `-name` for every default package that it
    /// doesn't name, then the list in the order given.
    ///
    /// - Parameters:
    ///   - job: Its packages are those to build.
    ///   - defaults: The target's and the profile's packages, as `make info` lists them; a profile's may hold `-name`.
    init(_ job: BuildJob, defaults: [String]) {
        let asked = job.packages.map(\.description)
        guard job.request.diffPackages else {
            entries = asked
            return
        }
        let wanted = Set(job.packages.filter { !$0.isRemoval }.map(\.name))
        var removals = Set<String>()
        for entry in defaults {
            // `-name` in a profile's list is a removal already and stays one.
            guard let selection = PackageSelection(entry), !wanted.contains(selection.name) else { continue }
            removals.insert("-\(selection.name)")
        }
        entries = removals.sorted() + asked.filter { !removals.contains($0) }
    }

    var text: String { entries.joined(separator: " ") }
}
