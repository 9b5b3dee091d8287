/// Parses the fields of one request body and gathers what is wrong with them.
struct FieldParser {
    private(set) var problems: [ValidationError.Problem] = []

    mutating func refuse(_ location: String..., because message: String, type: String = "value_error") {
        // A hostile body could have thousands of faults; a handful says enough.
        if problems.count < 20 { problems.append(.init(location, type: type, message)) }
    }

    mutating func refuse(_ field: String, _ message: String, type: String = "value_error") {
        refuse(field, because: message, type: type)
    }

    mutating func required<Value>(
        _ field: String,
        _ text: String?,
        _ parse: (String) -> Value?,
        _ expected: String
    ) -> Value? {
        guard let text else {
            refuse(field, "Field required", type: "missing")
            return nil
        }
        let value = parse(text)
        if value == nil { refuse(field, "\(ValidationError.quote(text)) is not \(expected)") }
        return value
    }

    mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _ field: String,
        _ text: String?,
        _ type: Choice.Type
    ) -> Choice? where Choice.RawValue == String {
        guard let text, !text.isEmpty else { return nil }
        let value = Choice(rawValue: text)
        if value == nil {
            let names = Choice.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
            refuse(field, "Input should be one of \(names), not \(ValidationError.quote(text))", type: "enum")
        }
        return value
    }

    mutating func selections(_ texts: [String], _ limits: RequestLimits) -> [PackageSelection] {
        guard texts.count <= limits.maxPackages else {
            refuse("packages", "List should have at most \(limits.maxPackages) items", type: "too_long")
            return []
        }
        var seen = Set<PackageSelection>()
        var selections: [PackageSelection] = []
        selections.reserveCapacity(texts.count)
        for (index, text) in texts.enumerated() where !text.isEmpty {
            guard let selection = PackageSelection(text) else {
                refuse("packages", "\(index)", because: "\(ValidationError.quote(text)) is not a package name")
                continue
            }
            if seen.insert(selection).inserted { selections.append(selection) }
        }
        return selections
    }

    mutating func packagesVersions(
        _ texts: [String: String],
        _ limits: RequestLimits
    ) -> [PackageName: PackageVersion] {
        guard texts.count <= limits.maxPackages else {
            refuse("packages_versions", "Map should have at most \(limits.maxPackages) items", type: "too_long")
            return [:]
        }
        if let versions = plainVersions(texts) { return versions }
        var versions: [PackageName: PackageVersion] = [:]
        // Sorted, so that two spellings of one name (`+a` and `a`) end the same way on every server.
        for (nameText, versionText) in texts.sorted(by: { $0.key < $1.key }) {
            guard let name = PackageSelection(nameText).flatMap({ $0.isRemoval ? nil : $0.name }) else {
                refuse("packages_versions", because: "\(ValidationError.quote(nameText)) is not a package name")
                continue
            }
            guard let version = PackageVersion(versionText) else {
                refuse(
                    "packages_versions",
                    name.text,
                    because: "\(ValidationError.quote(versionText)) is not a package version"
                )
                continue
            }
            versions[name] = version
        }
        return versions
    }

    /// The usual case, where no name has a sign and nothing is wrong: then the order doesn't matter.
    private func plainVersions(_ texts: [String: String]) -> [PackageName: PackageVersion]? {
        var versions: [PackageName: PackageVersion] = [:]
        versions.reserveCapacity(texts.count)
        for (nameText, versionText) in texts {
            guard let name = PackageName(nameText), let version = PackageVersion(versionText) else { return nil }
            versions[name] = version
        }
        return versions
    }

    mutating func repositories(_ texts: [String: String], _ limits: RequestLimits) -> [Repository] {
        guard texts.count <= limits.maxRepositories else {
            refuse("repositories", "Map should have at most \(limits.maxRepositories) items", type: "too_long")
            return []
        }
        var repositories: [Repository] = []
        for (name, text) in texts.sorted(by: { $0.key < $1.key }) {
            guard let url = RepositoryURL(text) else {
                refuse("repositories", because: "\(ValidationError.quote(text)) is not a plain http(s) address")
                continue
            }
            guard let repository = Repository(name: name, url: url) else {
                refuse("repositories", because: "\(ValidationError.quote(name)) is not a repository name")
                continue
            }
            repositories.append(repository)
        }
        return repositories
    }

    mutating func repositoryKeys(_ texts: [String], _ limits: RequestLimits) -> [RepositoryKey] {
        guard texts.count <= limits.maxRepositoryKeys else {
            refuse("repository_keys", "List should have at most \(limits.maxRepositoryKeys) items", type: "too_long")
            return []
        }
        return texts.enumerated().compactMap { index, text in
            let key = RepositoryKey(text)
            if key == nil {
                refuse("repository_keys", "\(index)", because: "expected a PEM public key or a usign key line")
            }
            return key
        }
    }

    mutating func checkDefaults(_ defaults: String?, _ limits: RequestLimits) {
        guard let defaults else { return }
        if defaults.utf8.count > limits.maxDefaultsLength {
            refuse(
                "defaults",
                "String should have at most \(limits.maxDefaultsLength) characters",
                type: "string_too_long"
            )
        } else if defaults.utf8.contains(0) {
            refuse("defaults", "A script can't contain the NUL character")
        }
    }

    mutating func checkRootfsSize(_ size: Int?, _ limits: RequestLimits) {
        guard let size else { return }
        if size < 1 {
            refuse("rootfs_size_mb", "Input should be greater than or equal to 1", type: "greater_than_equal")
        } else if size > limits.maxRootfsSizeMB {
            refuse(
                "rootfs_size_mb",
                "Input should be less than or equal to \(limits.maxRootfsSizeMB)",
                type: "less_than_equal"
            )
        }
    }
}
