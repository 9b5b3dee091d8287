import ASUCore
import Logging
import ServiceLifecycle

/// Claims one job after the other until it is asked to end.
struct WorkerService: Service, CustomStringConvertible {
    let queue: JobQueue
    let runner: JobRunner
    let door: PackageDoor
    let lease: Duration
    /// The claimant's name, unique per process.
    let worker: String
    /// Whether to end after one job.
    let once: Bool
    /// How long a running build may go on after the worker was asked to end; then it is stopped and given back.
    let grace: Duration
    let logger: Logger

    /// What service-lifecycle's log calls it.
    var description: String { "asu-worker \(worker)" }

    func run() async throws {
        let port: Int
        do {
            port = try await door.waitUntilOpen()
        } catch {
            // The door's own error ends the worker.
            return
        }
        var runner = runner
        runner.build.loopbackPort = port
        Console.announce("asu-worker: ready as \(worker), sandbox \(runner.build.sandboxKind.rawValue)")
        await serve(runner)
    }

    private func serve(_ runner: JobRunner) async {
        while !Task.isShuttingDownGracefully && !Task.isCancelled {
            do {
                guard let job = try await queue.claim(worker: worker, lease: lease) else {
                    try await waitForWork()
                    continue
                }
                await runJob(job, runner)
                if once { break }
            } catch is CancellationError {
                break
            } catch {
                logger.warning("no job can be claimed; trying again", metadata: ["error": "\(error)"])
                await pause(.seconds(1))
            }
        }
        do {
            try await queue.retire(worker: worker)
        } catch {
            logger.debug("the worker can't be taken off the list", metadata: ["error": "\(error)"])
        }
    }

    /// Jobs whose lease ran out and delayed ones give no hint, so a wait is short.
    private func waitForWork() async throws {
        try await cancelWhenGracefulShutdown { _ = try await queue.waitForWork(timeout: .seconds(1)) }
    }

    private func pause(_ time: Duration) async {
        await cancelWhenGracefulShutdown {
            do { try await Task.sleep(for: time) } catch {}
        }
    }

    private func runJob(_ job: ClaimedJob, _ runner: JobRunner) async {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                await runner.run(job)
                return true
            }
            group.addTask {
                do {
                    try await gracefulShutdown()
                    try await Task.sleep(for: grace)
                } catch {}
                return false
            }
            while let isJob = await group.next() {
                // Either the job is done, or its time to finish is over: in both cases the other task ends.
                group.cancelAll()
                if isJob { return }
            }
        }
    }
}
