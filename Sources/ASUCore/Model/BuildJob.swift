internal import Foundation

/// A request with everything looked up: what the server enqueues and a worker builds.
package struct BuildJob: Sendable {
    package let request: BuildRequest
    /// The catalog's profile id.
    package let profile: ProfileName
    package let architecture: String
    /// The target's revision in the catalog when the job was enqueued.
    package let revision: String

    package init(request: BuildRequest, profile: ProfileName, architecture: String, revision: String) {
        self.request = request
        self.profile = profile
        self.architecture = architecture
        self.revision = revision
    }

    private struct Payload: Codable {
        var request: BuildRequestBody
        var profile: String
        var architecture: String
        var revision: String
    }

    /// The job as bytes for the queue.
    package func encoded() throws -> [UInt8] {
        let payload = Payload(
            request: BuildRequestBody(request),
            profile: profile.text,
            architecture: architecture,
            revision: revision
        )
        return try Array(JSONEncoder().encode(payload))
    }

    /// Parses what ``encoded()`` made.
    ///
    /// Redis is shared, so nothing of it is taken on trust.
    ///
    /// - Throws: ``ValidationError`` or a decoding error if the bytes aren't such a job.
    package init(encoded bytes: [UInt8]) throws {
        let payload = try JSONDecoder().decode(Payload.self, from: Data(bytes))
        request = try BuildRequest(payload.request, limits: .admitted)
        guard let profile = ProfileName(payload.profile), TargetsIndex.isArchitecture(payload.architecture),
            payload.revision.isEmpty || ProfilesIndex.isRevision(payload.revision)
        else {
            let problem = "profile, architecture or revision is malformed"
            throw ValidationError([.init(["job"], type: "value_error", problem)])
        }
        self.profile = profile
        architecture = payload.architecture
        revision = payload.revision
    }
}
