import ASUCore
import Hummingbird

/// `GET /api/v1/stats`: how long the queue is.
struct StatsRoutes: Sendable {
    let queue: JobQueue

    @Sendable
    func get(_ request: Request, _ context: some RequestContext) async throws -> Response {
        let counts = try await queue.counts()
        return try Answer(.ok, json: ["queue_length": .integer(Int64(counts.waiting + counts.delayed))])
            .response(from: request, context: context)
    }
}
