extension BuildRequest {
    /// The longest `client`, in characters (Unicode scalars, as JSON Schema counts them).
    package static let maxClientLength = 100

    /// Parses and normalises a body: commas in the profile become underscores, `+` before a package is dropped, names
    /// are made unique, empty strings count as absent where clients send them so.
    ///
    /// - Throws: ``ValidationError`` with every field that is not well formed.
    package init(_ body: BuildRequestBody, limits: RequestLimits) throws(ValidationError) {
        var fields = FieldParser()
        let distro = body.distro ?? Self.distro
        if distro != Self.distro {
            fields.refuse("distro", "Unsupported distro: \(ValidationError.quote(distro)). Only 'openwrt' is served")
        }
        let version = fields.required("version", body.version, Version.init, "a version such as 23.05.5 or SNAPSHOT")
        let target = fields.required("target", body.target, Target.init, "a target such as ath79/generic")
        let profile = fields.required("profile", body.profile, ProfileName.init, "a profile or board name")
        let versionCode = body.versionCode ?? ""
        if !versionCode.isEmpty, !ProfilesIndex.isRevision(versionCode) {
            fields.refuse("version_code", "expected a revision such as r23630-842932a63d")
        }
        let packagesVersions = fields.packagesVersions(body.packagesVersions ?? [:], limits)
        let selections = fields.selections(body.packages ?? [], limits)
        let filesystem = fields.choice("filesystem", body.filesystem, Filesystem.self)
        let mode = fields.choice("repositories_mode", body.repositoriesMode, Repository.Mode.self)
        let repositories = fields.repositories(body.repositories ?? [:], limits)
        let keys = fields.repositoryKeys(body.repositoryKeys ?? [], limits)
        fields.checkDefaults(body.defaults, limits)
        fields.checkRootfsSize(body.rootfsSizeMB, limits)
        if let client = body.client, client.unicodeScalars.count > Self.maxClientLength {
            fields.refuse(
                "client",
                "String should have at most \(Self.maxClientLength) characters",
                type: "string_too_long"
            )
        }
        guard let version, let target, let profile, fields.problems.isEmpty else {
            throw ValidationError(fields.problems)
        }
        self.init(
            version: version,
            versionCode: versionCode,
            target: target,
            profile: profile,
            packages: packagesVersions.isEmpty
                ? selections : packagesVersions.keys.sorted().map { PackageSelection(name: $0) },
            packagesVersions: packagesVersions,
            diffPackages: body.diffPackages ?? false,
            defaults: body.defaults.flatMap { $0.isEmpty ? nil : $0 },
            rootfsSizeMB: body.rootfsSizeMB,
            filesystem: filesystem,
            repositories: repositories,
            repositoriesMode: mode ?? .replace,
            repositoryKeys: keys,
            client: body.client
        )
    }
}
