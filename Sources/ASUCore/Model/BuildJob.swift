internal import Foundation

/// A request with everything looked up: what the server enqueues and a worker builds.
package struct BuildJob: Sendable {
    package let request: BuildRequest
    /// The catalog's profile id.
    package let profile: ProfileName
    /// What is built: the request's packages after the server's fix-ups.
    package let packages: [PackageSelection]
    /// The versions that the image must have, after the fix-ups.
    package let packagesVersions: [PackageName: PackageVersion]
    package let architecture: String
    /// The target's revision in the catalog when the job was enqueued.
    package let revision: String

    /// A job for `request`; `packages` is what is built, if that is not just what the request says.
    package init(
        request: BuildRequest,
        profile: ProfileName,
        architecture: String,
        revision: String,
        packages: PackageList? = nil
    ) {
        let list = packages ?? PackageList(request)
        self.packages = list.selections
        packagesVersions = list.versions
        self.request = request
        self.profile = profile
        self.architecture = architecture
        self.revision = revision
    }

    private struct Payload: Codable {
        struct List: Codable {
            var packages: [String]
            var packagesVersions: [String: String]
        }

        var request: BuildRequestBody
        var profile: String
        /// What is built, if that isn't just what the request says.
        var built: List?
        var architecture: String
        var revision: String
    }

    /// The job as bytes for the queue.
    package func encoded() throws -> [UInt8] {
        var payload = Payload(
            request: BuildRequestBody(request),
            profile: profile.text,
            architecture: architecture,
            revision: revision
        )
        if packages != request.packages || packagesVersions != request.packagesVersions {
            payload.built = Payload.List(
                packages: packages.map(\.description),
                packagesVersions: Dictionary(
                    uniqueKeysWithValues: packagesVersions.map { ($0.key.text, $0.value.text) }
                )
            )
        }
        return try Array(JSONEncoder().encode(payload))
    }

    /// Parses what ``encoded()`` made.
    ///
    /// Redis is shared, so nothing of it is taken on trust.
    ///
    /// - Throws: ``ValidationError`` or a decoding error if the bytes aren't such a job.
    package init(encoded bytes: [UInt8]) throws {
        let payload = try JSONDecoder().decode(Payload.self, from: Data(bytes))
        let request = try BuildRequest(payload.request, limits: .admitted)
        guard let profile = ProfileName(payload.profile), TargetsIndex.isArchitecture(payload.architecture),
            payload.revision.isEmpty || ProfilesIndex.isRevision(payload.revision)
        else {
            let problem = "profile, architecture or revision is malformed"
            throw ValidationError([.init(["job"], type: "value_error", problem)])
        }
        var limits = RequestLimits.admitted
        limits.maxPackages += PackageFixupTable.maxAdditions
        var fields = FieldParser()
        packages = payload.built.map { fields.selections($0.packages, limits) } ?? request.packages
        packagesVersions =
            payload.built.map { fields.packagesVersions($0.packagesVersions, limits) } ?? request.packagesVersions
        guard fields.problems.isEmpty else { throw ValidationError(fields.problems) }
        self.request = request
        self.profile = profile
        architecture = payload.architecture
        revision = payload.revision
    }
}
