import ASUCore
import Foundation
import Logging

/// What the janitor does besides the catalog: takes up lost jobs, ends outdated results, and removes files that nobody
/// can look up any more.
///
/// Each step works by itself: one that fails is named in the summary and hinders no other. All of them may be cut short
/// at any instant, or run by two janitors at once.
struct FollowUps: Sendable {
    let queue: JobQueue
    let store: any ArtifactStore
    let limits: FollowUpLimits
    let logger: Logger
    /// The time by which the ages of files count.
    let now: @Sendable () -> Date

    /// - Parameters:
    ///   - queue: The queue with the results.
    ///   - store: Their files.
    ///   - limits: What is kept for how long.
    ///   - logger: Gets what was removed.
    ///   - now: The clock.
    init(
        queue: JobQueue,
        store: any ArtifactStore,
        limits: FollowUpLimits,
        logger: Logger,
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.queue = queue
        self.store = store
        self.limits = limits
        self.logger = logger
        self.now = now
    }

    /// Takes every step once.
    ///
    /// - Returns: What was done, and what couldn't be.
    /// - Throws: `CancellationError` only.
    func run() async throws -> FollowUpSummary {
        var summary = FollowUpSummary()
        for step in FollowUpStep.allCases {
            try Task.checkCancellation()
            do {
                try await take(step, &summary)
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                summary.problems.append(.init(step: step, error: error))
            }
        }
        return summary
    }

    /// Makes results end within ``FollowUpLimits/grace`` that were built from another revision than upstream has now.
    ///
    /// Waiting and running jobs are kept, and so are results whose revision is still upstream's, however its feeds moved.
    ///
    /// - Parameter changes: Versions and targets whose revision moved on, with the present one.
    /// - Returns: How many results now end earlier.
    /// - Throws: ``QueueError``.
    func expireBuilds(
        ofOldRevisions changes: [(version: Version, target: Target, revision: String)]
    ) async throws -> Int {
        var revisions: [RevisionKey: String] = [:]
        for change in changes { revisions[RevisionKey(change.version, change.target)] = change.revision }
        let count = try await queue.expireResults(ofOtherThan: revisions, within: limits.grace)
        if count > 0 { logger.info("results of older revisions end soon", metadata: ["results": "\(count)"]) }
        return count
    }

    private func take(_ step: FollowUpStep, _ summary: inout FollowUpSummary) async throws {
        switch step {
        case .lostJobs: try await requeueLostJobs(&summary)
        case .endedResults: try await removeEndedResults(&summary)
        case .staging: try await removeStaleStaging(&summary)
        case .store: try await StoreSweep(queue: queue, store: store, limits: limits, now: now()).run(&summary)
        }
    }

    /// Without a worker that takes them up, jobs whose worker vanished would be shown as running for ever.
    private func requeueLostJobs(_ summary: inout FollowUpSummary) async throws {
        for _ in 0..<limits.maxRounds {
            try Task.checkCancellation()
            let hashes = try await queue.requeueExpired(limit: 100, since: limits.lease)
            summary.requeuedJobs += hashes.count
            if hashes.count < 100 { break }
        }
    }

    private func removeEndedResults(_ summary: inout FollowUpSummary) async throws {
        var failures = FollowUpError.Failures()
        for _ in 0..<limits.maxRounds {
            try Task.checkCancellation()
            let ended = try await queue.endedPublications(since: limits.grace, skipping: failures.count)
            var gone: [String] = []
            for folder in ended.folders where !Task.isCancelled {
                // What no store could hold needs no removal.
                guard let path = PublicationPath(folder) else {
                    gone.append(folder)
                    continue
                }
                do {
                    summary.freedBytes += try await store.remove(path)
                    summary.endedPublications += 1
                    gone.append(folder)
                } catch {
                    failures.add(error)
                }
            }
            // After the files: a removal that is cut short is found again.
            try await queue.forget(gone)
            if !ended.mayHaveMore { break }
        }
        try failures.check()
    }

    private func removeStaleStaging(_ summary: inout FollowUpSummary) async throws {
        var failures = FollowUpError.Failures()
        for staged in try await store.staged(limit: Self.maxStaged) {
            try Task.checkCancellation()
            let age = now().timeIntervalSince(staged.modified)
            // What is left of a removal is nobody's, unless somebody is just at it.
            guard age >= (staged.claim == nil ? limits.grace : limits.orphanAge) / .seconds(1) else { continue }
            // Nor is a folder old whose build takes a day.
            if let claim = staged.claim, try await queue.isRunning(claim.hash, token: claim.token) { continue }
            do {
                try await store.remove(staged)
                summary.staleFolders += 1
            } catch {
                failures.add(error)
            }
        }
        try failures.check()
    }

    private static let maxStaged = 10_000
}
