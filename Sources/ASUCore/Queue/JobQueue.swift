package import NIOCore

/// The queue of builds in Redis, and the records of finished ones: one record per request hash.
///
/// Every operation is one Lua script or one command, so nothing is ever half done. A job is handed out until it is
/// finished or cancelled; a worker whose lease ran out gets ``QueueError`` `.leaseLost` from then on. All methods throw
/// ``QueueError``: `.unavailable` if Redis cannot be reached (a write may have taken effect all the same),
/// `.invalidArgument` for a value out of bounds.
package struct JobQueue: Sendable {
    /// Largest request and body, in bytes.
    package static let maxValueBytes = 16 << 20

    /// The names of the keys.
    package let keys: QueueKeys
    let redis: RedisClient

    /// Creates a queue; nothing is sent yet.
    ///
    /// - Parameters:
    ///   - redis: The server that holds the queue.
    ///   - keys: The names of the keys.
    package init(redis: RedisClient, keys: QueueKeys = QueueKeys(prefix: "asu")) {
        self.redis = redis
        self.keys = keys
    }

    /// Adds a job for a request, unless it has a job or a result already: equal requests at one instant make one job.
    ///
    /// A finished record is replaced if it was made from another revision than `staleRevision`; its published folder
    /// stays known until the new job is finished. A queued or started one is never replaced, and neither is a finished
    /// one without a revision: its time to live ends it.
    ///
    /// - Parameters:
    ///   - hash: The request hash: 1 to 128 of `0-9 a-z A-Z _ -`.
    ///   - request: What the worker needs, up to 16 MiB.
    ///   - extra: Further fields for the record; names as in ``FinishedBuild/fields``.
    ///   - maxPending: A job that would be new is refused when this many wait already.
    ///   - staleRevision: The current revision, if a finished record of another one is to be replaced.
    /// - Returns: The new job's position, what is there already, or how many wait.
    /// - Throws: ``QueueError``.
    package func enqueue(
        hash: String,
        request: ByteBuffer,
        extra: [String: String] = [:],
        maxPending: Int,
        replacing staleRevision: String? = nil
    ) async throws -> EnqueueResult {
        let key = try key(hash)
        try checkSize(request.readableBytes, "request")
        var arguments: [RedisArgument] = [
            .text(hash), .integer(Int64(maxPending)), staleRevision == nil ? "0" : "1", .text(staleRevision ?? ""),
            .buffer(request),
        ]
        for (name, value) in extra {
            try checkField(name)
            try checkSize(value.utf8.count, name)
            arguments += [.text(name), .text(value)]
        }
        let reply = try await run(QueueScripts.enqueue, record: key, arguments)
        let values = reply.elements ?? []
        switch (values.first?.text, values.dropFirst().first) {
        case ("created", .integer(let position)?):
            return .created(position: Int(position))
        case ("full", .integer(let pending)?):
            return .full(pending: Int(pending))
        case ("existing", let position?):
            guard var record = BuildRecord(values.dropFirst(2), wanted: []) else { break }
            record.position = position.int.map(Int.init(clamping:))
            return .existing(record)
        default: break
        }
        throw QueueError.unexpectedReply("enqueue \(hash)")
    }

    /// Hands out a job and marks the worker as alive.
    ///
    /// Retries that are due and jobs whose lease ran out come first, the oldest of them before the others; then the
    /// longest waiting.
    ///
    /// - Parameters:
    ///   - worker: The claimant: 1 to 128 printable ASCII characters, unique per process.
    ///   - lease: Time until others may claim the job, without a heartbeat; 1 ms to 1 day.
    /// - Returns: The job, or `nil` when none can be had.
    /// - Throws: ``QueueError``.
    package func claim(worker: String, lease: Duration) async throws -> ClaimedJob? {
        try checkWorker(worker)
        let arguments: [RedisArgument] = [.text(worker), .integer(try leaseTime(lease)), .text(keys.buildPrefix)]
        let reply = try await run(QueueScripts.claim, record: nil, arguments)
        if reply.isNull { return nil }
        guard let values = reply.elements, values.count == 5, let hash = values[0].text, let token = values[1].int,
            let attempt = values[2].int, let expiresAt = values[3].int, let pairs = values[4].elements
        else { throw QueueError.unexpectedReply("claim") }
        var fields: [String: RESPValue] = [:]
        for index in stride(from: 0, to: pairs.count - 1, by: 2) {
            if let name = pairs[index].text { fields[name] = pairs[index + 1] }
        }
        return ClaimedJob(
            lease: Lease(hash: hash, worker: worker, token: token, expiresAt: expiresAt),
            request: fields["request"]?.bytes ?? ByteBuffer(),
            attempt: Int(clamping: attempt),
            enqueuedAt: fields["enqueued_at"]?.int ?? 0,
            extra: fields.filter { !BuildRecord.reserved.contains($0.key) }.compactMapValues(\.text),
            lastError: fields["error"]?.text,
            binDir: fields["bin_dir"]?.text
        )
    }

    /// Renews a lease, even one that ran out if nobody claimed the job since, and marks the worker as alive.
    ///
    /// - Parameters:
    ///   - lease: The lease.
    ///   - time: Its new length from now; 1 ms to 1 day.
    /// - Returns: The renewed lease.
    /// - Throws: ``QueueError`` `.leaseLost` when another holds the job or it is finished.
    @discardableResult
    package func heartbeat(_ lease: Lease, extend time: Duration) async throws -> Lease {
        let arguments: [RedisArgument] = [.text(lease.worker), .integer(try leaseTime(time))]
        let reply = try await run(QueueScripts.heartbeat, lease: lease, arguments)
        guard let expiresAt = reply.int else { throw QueueError.unexpectedReply("heartbeat \(lease.hash)") }
        return Lease(hash: lease.hash, worker: lease.worker, token: lease.token, expiresAt: expiresAt)
    }

    /// Sets the progress name that pollers see.
    ///
    /// - Throws: ``QueueError`` `.leaseLost` as ``heartbeat(_:extend:)``.
    package func progress(_ lease: Lease, step: String) async throws {
        guard (1...64).contains(step.utf8.count) else {
            throw QueueError(.invalidArgument, "progress: a step has 1 to 64 characters")
        }
        _ = try await run(QueueScripts.progress, lease: lease, [.text(step)])
    }

    /// Stores a job's outcome and ends the lease; the record expires after ``FinishedBuild/timeToLive``.
    ///
    /// - Returns: The folder published before for the same request, if one is known.
    /// - Throws: ``QueueError`` `.leaseLost` as ``heartbeat(_:extend:)``; nothing is stored then.
    @discardableResult
    package func finish(_ lease: Lease, outcome: FinishedBuild) async throws -> String? {
        guard outcome.state.isFinished else {
            throw QueueError(.invalidArgument, "finish: a finished build is done or failed")
        }
        guard outcome.timeToLive >= .seconds(1), outcome.timeToLive <= .seconds(10 * 365 * 86_400) else {
            throw QueueError(.invalidArgument, "finish: the time to live is 1 second to 10 years")
        }
        var arguments: [RedisArgument] = [
            .text(outcome.state.rawValue), .integer(Int64(outcome.status)), .integer(outcome.timeToLive.milliseconds),
            .text(outcome.revision ?? ""), .text(outcome.binDir ?? ""),
        ]
        for (name, body) in outcome.fields {
            try checkField(name)
            try checkSize(body.readableBytes, name)
            arguments += [.text(name), .buffer(body)]
        }
        let reply = try await run(QueueScripts.finish, lease: lease, arguments)
        return reply.elements?.first?.text
    }

    /// Gives a job back for another attempt, with its old ticket: at once to the front, or after a delay.
    ///
    /// - Parameters:
    ///   - lease: The lease.
    ///   - reason: Why, for the next attempt and the log; cut to 1024 characters.
    ///   - delay: Time before anyone may claim it; up to 1 day.
    ///   - countAttempt: False if the attempt does not count, as when a worker shuts down.
    /// - Throws: ``QueueError`` `.leaseLost` as ``heartbeat(_:extend:)``.
    package func requeue(_ lease: Lease, reason: String, delay: Duration = .zero, countAttempt: Bool) async throws {
        guard delay >= .zero, delay <= .seconds(86_400) else {
            throw QueueError(.invalidArgument, "requeue: the delay is 0 to 1 day")
        }
        let arguments: [RedisArgument] = [
            .text(String(reason.prefix(1024))), .integer(delay.milliseconds), countAttempt ? "1" : "0",
        ]
        _ = try await run(QueueScripts.requeue, lease: lease, arguments)
    }

    /// Removes a waiting or delayed job with its record.
    ///
    /// - Returns: False if there is none; a running job is left alone.
    package func cancel(hash: String) async throws -> Bool {
        try await run(QueueScripts.cancel, record: key(hash), [.text(hash)]).int == 1
    }

    /// Puts jobs whose lease ran out back to the front of the queue.
    ///
    /// Their attempts stay counted; whoever claims a job beyond its last attempt finishes it as failed.
    ///
    /// - Parameters:
    ///   - limit: Most jobs to move, 1 to 1000.
    ///   - time: How long ago the leases ran out at least: a worker may renew a late one as long as nobody took the job.
    /// - Returns: Their hashes.
    /// - Throws: ``QueueError``.
    package func requeueExpired(limit: Int = 100, since time: Duration = .zero) async throws -> [String] {
        let arguments: [RedisArgument] = [
            .integer(Int64(min(max(limit, 1), 1000))), .text(keys.buildPrefix), .integer(time.milliseconds),
        ]
        let reply = try await run(QueueScripts.requeueExpired, record: nil, arguments)
        guard let hashes = reply.elements else { throw QueueError.unexpectedReply("requeueExpired") }
        return hashes.compactMap(\.text)
    }

    /// Reads a request's record: one read of Redis, and a second for the position while it is queued.
    ///
    /// - Parameters:
    ///   - hash: The request hash.
    ///   - wanted: Names of further fields to read (bodies, extra fields).
    /// - Returns: `nil` if there is no record.
    /// - Throws: ``QueueError``.
    package func record(hash: String, fields wanted: [String] = []) async throws -> BuildRecord? {
        var arguments: [RedisArgument] = [.text("HMGET"), .text(try key(hash))]
        arguments.reserveCapacity(2 + Self.columns.count + wanted.count)
        arguments += Self.columns
        for name in wanted { arguments.append(.text(name)) }
        let reply = try await send(RedisCommand(all: arguments), "record \(hash)")
        guard let values = reply.elements, !values.isEmpty else { throw QueueError.unexpectedReply("record \(hash)") }
        if values[0].isNull { return nil }
        guard var record = BuildRecord(values[...], wanted: wanted) else {
            throw QueueError.unexpectedReply("record \(hash)")
        }
        if record.state == .queued {
            let before = RedisCommand("ZCOUNT", keys.tickets, "-inf", "(\(record.ticket)")
            record.position = try await send(before, "record \(hash)").int.map(Int.init(clamping:))
        }
        return record
    }

    /// Counts the jobs and the workers seen within `time`.
    package func counts(workersSeenWithin time: Duration = .seconds(60)) async throws -> QueueCounts {
        let reply = try await run(QueueScripts.counts, record: nil, [.integer(time.milliseconds)])
        let numbers = (reply.elements ?? []).compactMap(\.int).map(Int.init(clamping:))
        guard numbers.count == 4 else { throw QueueError.unexpectedReply("counts") }
        return QueueCounts(waiting: numbers[0], delayed: numbers[1], running: numbers[2], workers: numbers[3])
    }

    /// Waits on a connection of its own until there may be work; claim next, whatever the answer.
    ///
    /// Delayed jobs and leases that run out give no hint, so do not wait longer than they may.
    ///
    /// - Parameter timeout: Longest wait, 10 ms to 60 s.
    /// - Returns: True for a hint, false when the time was up.
    /// - Throws: ``QueueError``; `CancellationError` when the task is cancelled.
    package func waitForWork(timeout: Duration) async throws -> Bool {
        let milliseconds = min(max(timeout.milliseconds, 10), 60_000)
        let seconds = "\(milliseconds / 1000).\(String(milliseconds % 1000 + 1000).dropFirst())"
        let command = RedisCommand("BLPOP", keys.wake, seconds)
        do {
            return try await !redis.blockingSend(command, timeout: .milliseconds(milliseconds)).isNull
        } catch let error as RedisError {
            throw QueueError.redis(error, "waitForWork")
        }
    }

    /// Takes a worker off the list of those alive, when it shuts down.
    package func retire(worker: String) async throws {
        try checkWorker(worker)
        _ = try await send(RedisCommand("ZREM", keys.workers, worker), "retire \(worker)")
    }

    private static let columns = BuildRecord.columns.map { RedisArgument.text($0) }

    func run(_ script: RedisScript, record: String?, _ arguments: [RedisArgument]) async throws -> RESPValue {
        do {
            return try await redis.eval(script, keys: keys.all + (record.map { [$0] } ?? []), arguments: arguments)
        } catch let error as RedisError {
            throw QueueError.redis(error, script.name)
        }
    }

    private func run(_ script: RedisScript, lease: Lease, _ arguments: [RedisArgument]) async throws -> RESPValue {
        let fence: [RedisArgument] = [.text(lease.hash), .integer(lease.token)]
        let reply = try await run(script, record: key(lease.hash), fence + arguments)
        if reply.isNull { throw QueueError.leaseLost(lease, script.name) }
        return reply
    }

    func send(_ command: RedisCommand, _ operation: @autoclosure () -> String) async throws -> RESPValue {
        do {
            return try await redis.send(command)
        } catch let error as RedisError {
            throw QueueError.redis(error, operation())
        }
    }
}
