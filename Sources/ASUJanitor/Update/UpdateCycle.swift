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
            do {
                outcome.expiringResults = try await followUps.expireBuilds(ofOldRevisions: currentRevisions())
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                outcome.expiryError = error
            }
            outcome.followUps = try await followUps.run()
            return outcome
        }
    }

    /// The revisions that snapshots have now, whether or not they changed in this cycle: one that was cut short may have
    /// changed them.
    private func currentRevisions() async throws -> [(version: Version, target: Target, revision: String)] {
        var revisions: [(version: Version, target: Target, revision: String)] = []
        for (version, manifest) in try await refresh.store.readableContents().manifests where version.isSnapshot {
            for (name, record) in manifest.targets where !record.revision.isEmpty {
                if let target = Target(name) { revisions.append((version, target, record.revision)) }
            }
        }
        return revisions
    }
}
