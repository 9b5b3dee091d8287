import ASUCore
import Foundation
import NIOCore

/// The way of a request to its build: parse, hash, look for a job or result, and only then ask the catalog and enqueue.
struct BuildService: Sendable {
    let queue: JobQueue
    let validator: RequestValidator
    let limits: RequestLimits
    let maxPendingJobs: Int
    let statistics: StatisticsRecorder
    let janitor: JanitorCalls
    private let recent = RecentRequests()

    /// What became of a request.
    enum Outcome: Sendable {
        case record(RequestHash, BuildRecord)
        /// A new job with its waiting position.
        case enqueued(RequestHash, position: Int, at: Date)
        /// Nothing was enqueued: so many jobs wait already.
        case overloaded(pending: Int)
    }

    /// Finds the job or result of a request, or enqueues it.
    ///
    /// - Parameters:
    ///   - json: The body of the request.
    ///   - client: Who asks, where the body doesn't say.
    ///   - fields: The fields of a finished record that the answer needs.
    /// - Returns: What there is now: a record, a new job, or nothing for want of room.
    /// - Throws: ``ValidationError``, ``RequestRefusal``, ``QueueError``, ``CatalogError``, ``RedisError``.
    func submit(json: ByteBuffer, client: String?, fields: [String]) async throws -> Outcome {
        let parsed = try recent.parse(json: json, client: client, limits: limits)
        return try await submit(parsed.request, parsed.hash, fields: fields)
    }

    /// The same for a body that was decoded already.
    func submit(_ body: BuildRequestBody, fields: [String]) async throws -> Outcome {
        let request = try BuildRequest(body, limits: limits)
        return try await submit(request, RequestHash(request), fields: fields)
    }

    private func submit(_ request: BuildRequest, _ hash: RequestHash, fields: [String]) async throws -> Outcome {
        let revision = validator.revision(request)
        if let record = try await queue.record(hash: hash.text, fields: fields),
            !record.isStale(current: revision)
        {
            statistics.record(.request(request, isHit: true))
            return .record(hash, record)
        }
        let resolved = try await resolve(request)
        let result = try await queue.enqueue(
            hash: hash.text,
            request: ByteBuffer(bytes: resolved.job.encoded()),
            maxPending: maxPendingJobs,
            replacing: revision
        )
        switch result {
        case .created(let position):
            statistics.record(.request(request, isHit: false))
            if let reason = resolved.unseen { janitor.call(for: request.version, reason) }
            return .enqueued(hash, position: position, at: Date())
        case .full(let pending):
            return .overloaded(pending: pending)
        case .existing(let record):
            statistics.record(.request(request, isHit: true))
            // Someone else enqueued or finished it since the look-up; a finished one needs its body.
            guard record.state.isFinished, let full = try await queue.record(hash: hash.text, fields: fields) else {
                return .record(hash, record)
            }
            return .record(hash, full)
        }
    }

    private func resolve(_ request: BuildRequest) async throws -> ResolvedRequest {
        do {
            return try await validator.resolve(request)
        } catch RequestRefusal.unknownPackages(let names) {
            let suggestions = try await validator.suggestions(for: names, of: request)
            throw UnknownPackages(names: names, suggestions: suggestions)
        }
    }

    /// The record of a request hash, if there is one.
    func find(_ hash: RequestHash, fields: [String]) async throws -> BuildRecord? {
        try await queue.record(hash: hash.text, fields: fields)
    }

    /// The request of a job as a client may see it, or `nil` if the job is gone.
    func request(_ hash: RequestHash) async throws -> BuildRequestBody? {
        let record = try await queue.record(hash: hash.text, fields: ["request"])
        guard let payload = record?.fields["request"] else { return nil }
        return BuildRequestBody(try BuildJob(encoded: Array(buffer: payload)).request)
    }
}

extension BuildRecord {
    /// Whether this is a result of another revision than the one that the catalog has now.
    fileprivate func isStale(current: String?) -> Bool {
        guard state.isFinished, let revision, let current else { return false }
        return revision != current
    }
}
