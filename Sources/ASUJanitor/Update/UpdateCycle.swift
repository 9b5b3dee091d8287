import ASUCore
import Logging

/// One round of the janitor: the catalog is brought up to date, and what follows from that and from time is done.
struct UpdateCycle: Sendable {
    let refresh: CatalogRefresh
    let followUps: FollowUps
    let lock: JanitorLock

    /// Does all of it under the lock; an upstream that is down hinders the follow-ups as little as they hinder it.
    ///
    /// - Returns: What was done and what went wrong.
    /// - Throws: ``LockError`` if another janitor is at work or took over; `CancellationError`; ``RedisError`` if the
    ///   lock can't be had.
    func run() async throws -> UpdateOutcome {
        try await lock.hold { token in
            var outcome = UpdateOutcome()
            do {
                outcome.refresh = try await refresh.run(lock: token)
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                outcome.refreshError = error
            }
            try Task.checkCancellation()
            if let revisions = outcome.refresh?.revisions, !revisions.isEmpty {
                do {
                    outcome.expiringResults = try await followUps.expireBuilds(
                        ofOldRevisions: revisions.map { ($0.version, $0.target, $0.revision) }
                    )
                } catch is CancellationError {
                    throw CancellationError()
                } catch {
                    outcome.expiryError = error
                }
            }
            outcome.followUps = try await followUps.run()
            return outcome
        }
    }
}
