import ASUCore
import Foundation
import Logging
import NIOCore

/// Brings one claimed job to its end: built and published, failed for good, or given back for another try.
struct JobRunner: Sendable {
    let queue: JobQueue
    let store: any ArtifactStore
    var build: ImageBuild
    let settings: Settings
    let statistics: StatisticsRecorder
    let logger: Logger

    /// How long "all attempts failed" is remembered: not the request's fault, so only as long as it takes clients to see.
    private static let exhaustedTTL = Duration.seconds(60)

    /// Runs the job; what goes wrong ends in its record, not in an error.
    ///
    /// Cancellation, as at shutdown, gives the job back without counting the attempt.
    func run(_ claimed: ClaimedJob) async {
        var logger = logger
        logger[metadataKey: "request.hash"] = "\(claimed.hash)"
        logger[metadataKey: "job.attempt"] = "\(claimed.attempt)"
        do {
            guard let hash = RequestHash(claimed.hash) else {
                throw ValidationError([.init(["hash"], type: "value_error", "not a request hash")])
            }
            let job = try BuildJob(encoded: Array(buffer: claimed.request))
            try await run(job, hash, claimed, logger)
        } catch let error as QueueError where error.code == .leaseLost {
            logger.warning("the job was lost to another worker; its files are dropped")
        } catch let error as QueueError {
            logger.error(
                "the job's outcome can't be told to Redis; its lease will run out",
                metadata: ["error": "\(error)"]
            )
        } catch {
            await endAttempt(claimed, error, logger)
        }
    }

    private func run(_ job: BuildJob, _ hash: RequestHash, _ claimed: ClaimedJob, _ logger: Logger) async throws {
        let publication = PublicationPath(job: job, hash: hash, token: claimed.lease.token)
        guard claimed.attempt <= settings.maxAttempts else {
            // Only a worker that vanished leaves such a job: any other ends it with its last attempt. The record names
            // that worker, which is no business of clients.
            logger.warning("the last attempt was lost", metadata: ["error": "\(claimed.lastError ?? "unknown")"])
            try await giveUp(claimed, "the worker that had it vanished", logger)
            return
        }
        logger.info(
            "job claimed",
            metadata: [
                "version": "\(job.request.version)", "target": "\(job.request.target)", "profile": "\(job.profile)",
            ]
        )
        let staged = try await store.stage(publication)
        do {
            let outcome = try await whileHeartbeating(claimed.lease) {
                try await build.run(job, hash: hash, token: claimed.lease.token, into: staged) { step in
                    try await report(step, claimed.lease, logger)
                }
            }
            try await finish(outcome, job, hash, claimed, publication, staged, logger)
        } catch let error as QueueError where error.code == .unavailable {
            // The result may have been stored before the connection broke; then the files must be there.
            throw error
        } catch {
            // What nobody will ever look up must not stay on the disk.
            do {
                try await store.discard(publication, staged: staged)
            } catch {
                logger.warning("a failed build's files can't be removed", metadata: ["error": "\(error)"])
            }
            throw error
        }
    }

    /// Tells pollers of a step; Redis being away for a while is no reason to stop a build.
    private func report(_ step: BuildStep, _ lease: Lease, _ logger: Logger) async throws {
        do {
            try await queue.progress(lease, step: step.rawValue)
        } catch let error as QueueError where error.code == .unavailable {
            logger.warning("the build's step can't be told to Redis", metadata: ["error": "\(error)"])
        }
    }

    private func finish(
        _ outcome: BuildOutcome,
        _ job: BuildJob,
        _ hash: RequestHash,
        _ claimed: ClaimedJob,
        _ publication: PublicationPath,
        _ staged: String,
        _ logger: Logger
    ) async throws {
        let binDir = publication.description
        switch outcome.result {
        case .success(let images):
            try await store.publish(publication, staged: staged)
            let body = resultBody(outcome.report, job, hash, claimed, binDir: binDir)
            let finished = FinishedBuild(
                state: .done,
                status: 200,
                revision: job.revision,
                binDir: binDir,
                fields: try body.done(images),
                timeToLive: timeToLive(job.request)
            )
            try await queue.finish(claimed.lease, outcome: finished)
            statistics.record(.success(job))
            logger.info("job done", metadata: ["images": "\(images.images.count)"])
        case .failure(.user(let error)):
            try await store.publish(publication, staged: staged)
            try await finishFailed(
                error.message,
                outcome.report,
                job,
                hash,
                claimed,
                binDir: binDir,
                ttl: settings.buildFailureTTL
            )
            logger.info("job failed", metadata: ["reason": "\(error.message)"])
        case .failure(let failure):
            throw failure
        }
    }

    private func finishFailed(
        _ message: String,
        _ report: BuildReport,
        _ job: BuildJob,
        _ hash: RequestHash,
        _ claimed: ClaimedJob,
        binDir: String?,
        ttl: Duration
    ) async throws {
        let body = resultBody(report, job, hash, claimed, binDir: binDir)
        let finished = FinishedBuild(
            state: .failed,
            status: 500,
            revision: job.revision,
            binDir: binDir,
            fields: try body.failed(message),
            timeToLive: ttl
        )
        try await queue.finish(claimed.lease, outcome: finished)
        statistics.record(.failure(job, message: message))
    }

    private func resultBody(
        _ report: BuildReport,
        _ job: BuildJob,
        _ hash: RequestHash,
        _ claimed: ClaimedJob,
        binDir: String?
    ) -> ResultBody {
        ResultBody(
            job: job,
            hash: hash,
            enqueuedAt: claimed.enqueuedAt,
            binDir: binDir,
            commands: report.commands,
            stdout: report.stdout,
            stderr: report.stderr
        )
    }

    private func timeToLive(_ request: BuildRequest) -> Duration {
        if request.defaults != nil { return settings.buildDefaultsTTL }
        return request.packagesVersions.isEmpty ? settings.buildTTLUnversioned : settings.buildTTL
    }

    /// After a fault of worker, host or network: another try after a pause that doubles, unless this was the last; at
    /// once and uncounted if this worker is shutting down.
    private func endAttempt(_ claimed: ClaimedJob, _ error: any Error, _ logger: Logger) async {
        let reason = Self.publicReason(error)
        do {
            // A command to Redis heeds no cancellation, so this works in a cancelled task too.
            if Task.isCancelled {
                logger.warning("job given back: the worker shuts down")
                try await queue.requeue(claimed.lease, reason: reason, countAttempt: false)
            } else if claimed.attempt >= settings.maxAttempts {
                logger.warning("the last attempt failed", metadata: ["error": "\(error)"])
                try await giveUp(claimed, reason, logger)
            } else {
                logger.warning("job given back for another attempt", metadata: ["error": "\(error)"])
                let delay = Duration.seconds(min(60, 1 << min(claimed.attempt, 6)))
                try await queue.requeue(claimed.lease, reason: reason, delay: delay, countAttempt: true)
            }
        } catch {
            logger.error("the job can't be given back; its lease will run out", metadata: ["error": "\(error)"])
        }
    }

    /// Records that no attempt came to an outcome.
    private func giveUp(_ claimed: ClaimedJob, _ reason: String, _ logger: Logger) async throws {
        logger.error("job given up after all attempts", metadata: ["reason": "\(reason)"])
        let message = "All \(settings.maxAttempts) attempts failed. The last one: \(reason)"
        guard let hash = RequestHash(claimed.hash), let job = try? BuildJob(encoded: Array(buffer: claimed.request))
        else {
            let body = ByteBuffer(string: #"{"detail":"Error: the job in the queue is damaged","status":500}"#)
            let damaged = FinishedBuild(
                state: .failed,
                status: 500,
                fields: [ResultField.v1: body],
                timeToLive: Self.exhaustedTTL
            )
            try await queue.finish(claimed.lease, outcome: damaged)
            return
        }
        let report = BuildReport(commands: [], stdout: "", stderr: "")
        try await finishFailed(message, report, job, hash, claimed, binDir: nil, ttl: Self.exhaustedTTL)
    }

    /// What clients may read of an error: nothing of this host's folders.
    private static func publicReason(_ error: any Error) -> String {
        switch error {
        case let failure as BuildFailure: failure.message
        case let error as ImageBuilderError where error.code != .disk: error.description
        case let error as PackageCacheError: error.description
        default: "the build host had a fault; the operator's log says which"
        }
    }

    /// Runs `body` with the lease renewed every third of its length; cancels it when the lease is lost.
    private func whileHeartbeating<Value: Sendable>(
        _ lease: Lease,
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask(operation: body)
            group.addTask {
                while true {
                    try await Task.sleep(for: settings.lease / 3)
                    do {
                        try await queue.heartbeat(lease, extend: settings.lease)
                    } catch let error as QueueError where error.code == .unavailable {
                        // Redis may come back before the lease ends; if not, finishing will be refused.
                        logger.warning("heartbeat failed", metadata: ["error": "\(error)"])
                    }
                }
            }
            defer { group.cancelAll() }
            while let value = try await group.next() {
                if let value { return value }
            }
            throw CancellationError()
        }
    }
}
