import ASUCore
import ASUTestSupport
import NIOCore

/// One request brought through the queue and a running asu-worker, again and again.
struct JobRun: Sendable {
    let hash: RequestHash
    let job: BuildJob
    let queue: JobQueue
    let redis: RedisClient
    let worker: ChildProcess
    let meter: CPUMeter

    /// Enqueues the job as if it was new and waits for its result.
    ///
    /// - Returns: The CPU time of the worker and its sandbox; the wall time from the claim to the result.
    /// - Throws: ``BenchmarkError`` if it fails or takes longer than `limit`.
    func run(limit: Duration) async throws -> Cost {
        _ = try await redis.send(RedisCommand("DEL", queue.keys.build(hash.text)))
        let before = try meter.usage()
        let request = ByteBuffer(bytes: try job.encoded())
        guard case .created = try await queue.enqueue(hash: hash.text, request: request, maxPending: 10) else {
            throw BenchmarkError("the job was there already")
        }
        let record = try await finished(limit: limit)
        guard record.state == .done, let start = record.startedAt, let end = record.finishedAt else {
            let body = record.fields[ResultField.v1].map { String(buffer: $0) } ?? "no result"
            throw BenchmarkError("the build failed: \(body.prefix(2000))")
        }
        // What the worker does after the result, too.
        try await Task.sleep(for: .milliseconds(200))
        return Cost(cpuSeconds: (try meter.usage() - before).seconds, wallSeconds: Double(end - start) / 1000)
    }

    private func finished(limit: Duration) async throws -> BuildRecord {
        let end = ContinuousClock.now + limit
        while true {
            guard let record = try await queue.record(hash: hash.text, fields: [ResultField.v1]) else {
                throw BenchmarkError("the job is gone")
            }
            if record.state.isFinished { return record }
            guard worker.isRunning else { throw BenchmarkError("asu-worker ended") }
            guard ContinuousClock.now < end else {
                throw BenchmarkError("no result after \(limit): \(record.lastError ?? "the build still runs")")
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }
}
