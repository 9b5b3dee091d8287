import ASUCore
import Logging

/// Runs update cycles for as long as the process lives: on a timer, and when a server has seen something newer.
struct UpdateLoop: Sendable {
    let cycle: UpdateCycle
    let wake: JanitorWake
    let interval: Duration
    let logger: Logger
    /// The least time between two cycles, however often servers ask.
    var rest = Duration.seconds(60)

    /// Runs until it is cancelled; what fails is logged and tried again.
    func run() async throws {
        while true {
            try Task.checkCancellation()
            let begin = ContinuousClock.now
            await once()
            let left = rest - (ContinuousClock.now - begin)
            if left > .zero { try await Task.sleep(for: min(left, interval)) }
            // After a cycle that took longer than that there is still some rest.
            let end = max(begin + interval, ContinuousClock.now + min(interval, .seconds(1)))
            guard ContinuousClock.now < end else { continue }
            do {
                if let reason = try await wake.wait(atMost: end - ContinuousClock.now) {
                    logger.info("woken by a server", metadata: ["reason": "\(reason)"])
                }
            } catch let error as RedisError {
                logger.warning("can't listen for servers; waiting for the timer", metadata: ["error": "\(error)"])
                try await Task.sleep(until: end, clock: .continuous)
            }
        }
    }

    private func once() async {
        do {
            let outcome = try await cycle.run()
            if !outcome.isSuccess {
                logger.error("update finished with failures", metadata: ["outcome": "\(outcome)"])
            } else if outcome.hasChanges {
                logger.info("updated", metadata: ["outcome": "\(outcome)"])
            } else {
                logger.debug("nothing has changed")
            }
        } catch is CancellationError {
            return
        } catch LockError.held {
            logger.info("another asu-janitor is at work; this one waits")
        } catch {
            logger.error("update failed; the catalog stays as it was", metadata: ["error": "\(error)"])
        }
    }
}
