import ASUCore
import Testing

/// Requests and jobs for tests.
enum SampleJob {
    static let revision = "r24106-10cc5fcd00"

    static func request(_ change: (inout BuildRequestBody) -> Void = { _ in }) throws -> BuildRequest {
        var body = BuildRequestBody(version: "23.05.5", target: "ath79/generic", profile: "board-a")
        change(&body)
        return try BuildRequest(body, limits: .admitted)
    }

    static func job(_ change: (inout BuildRequestBody) -> Void = { _ in }) throws -> BuildJob {
        let request = try request(change)
        return BuildJob(
            request: request,
            profile: request.profile,
            architecture: "mips_24kc",
            revision: revision
        )
    }
}
