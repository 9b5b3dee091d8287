import ASUCore
import HTTPTypes
import Hummingbird
import NIOCore

/// `POST /api/v1/build` and `GET`, `HEAD /api/v1/build/{request_hash}`.
struct BuildRoutes: Sendable {
    /// Bound on a request's body.
    ///
    /// The largest legitimate one, a script of 1 MB aside, is some 100 KB.
    static let maxBodyBytes = 2 << 20

    let service: BuildService

    @Sendable
    func post(_ request: Request, _ context: some RequestContext) async throws -> Response {
        let json = try await Self.body(of: request)
        let client = ClientName(userAgent: request.headers[.userAgent]).text
        let outcome = try await service.submit(json: json, client: client, fields: BuildAnswer.fields(for: request))
        switch outcome {
        case .record(let hash, let record):
            return try await answer(hash, record, request, context)
        case .enqueued(let hash, let position, let date):
            return try BuildAnswer.queued(hash, position: position, at: date).response(from: request, context: context)
        case .overloaded(let pending):
            return try BuildAnswer.overloaded(pending: pending).response(from: request, context: context)
        }
    }

    static func body(of request: Request) async throws -> ByteBuffer {
        do {
            return try await request.body.collect(upTo: maxBodyBytes)
        } catch let error as NIOTooManyBytesError {
            throw error
        } catch {
            // Badly framed, or the client went away.
            throw HTTPError(.badRequest)
        }
    }

    @Sendable
    func get(_ request: Request, _ context: some RequestContext) async throws -> Response {
        guard let hash = context.parameters.get("hash").flatMap({ RequestHash($0) }),
            let record = try await service.find(hash, fields: BuildAnswer.fields(for: request))
        else {
            return try BuildAnswer.unknown().response(from: request, context: context)
        }
        return try await answer(hash, record, request, context)
    }

    private func answer(
        _ hash: RequestHash,
        _ record: BuildRecord,
        _ request: Request,
        _ context: some RequestContext
    ) async throws -> Response {
        // Nobody reads the echo of a HEAD, and a poll should cost one read.
        let echo = record.state == .started && request.method != .head ? try await service.request(hash) : nil
        return try BuildAnswer.answer(hash, record, request: echo).response(from: request, context: context)
    }
}
