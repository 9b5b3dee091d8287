import ASUCore
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// `GET /healthz` and `GET /readyz`, for load balancers and people.
struct HealthRoutes: Sendable {
    let queue: JobQueue
    let catalog: Catalog

    private static let alive = ByteBuffer(string: #"{"status":"ok"}"#)

    /// The process answers.
    @Sendable
    func healthz(_ request: Request, _ context: some RequestContext) async throws -> Response {
        try Answer(.ok, body: Self.alive).response(from: request, context: context)
    }

    /// The server can do its work: Redis answers and a catalog is loaded.
    ///
    /// Live workers are told, not required.
    @Sendable
    func readyz(_ request: Request, _ context: some RequestContext) async throws -> Response {
        let snapshot = catalog.current
        var report: [String: JSONValue] = [
            "catalog": [
                "generation": .integer(snapshot.generation), "versions": .integer(Int64(snapshot.manifests.count)),
            ]
        ]
        var problems: [String] = []
        if snapshot.manifests.isEmpty { problems.append("no catalog is loaded: run asu-janitor init") }
        do {
            let counts = try await queue.counts()
            report["redis"] = "ok"
            report["workers"] = .integer(Int64(counts.workers))
        } catch {
            context.logger.warning("not ready", metadata: ["error": "\(error)"])
            report["redis"] = "unreachable"
            problems.append("Redis can't be reached")
        }
        let status: HTTPResponse.Status = problems.isEmpty ? .ok : .serviceUnavailable
        report["status"] = .integer(Int64(status.code))
        report["detail"] = .string(problems.isEmpty ? "ready" : problems.joined(separator: "; "))
        return try Answer(status, json: .object(report)).response(from: request, context: context)
    }
}
