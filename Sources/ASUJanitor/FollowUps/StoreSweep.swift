import ASUCore
import Foundation

/// Walks the store: removes folders that no result ever named, and the oldest results while it is over its budget.
struct StoreSweep: Sendable {
    let queue: JobQueue
    let store: any ArtifactStore
    let limits: FollowUpLimits
    /// The time by which ages count.
    let now: Date
    /// Most candidates for removal kept in memory; if they don't suffice, the store is walked again.
    var maxCandidates = 1000

    /// - Throws: ``QueueError``, ``ArtifactStoreError``, ``FollowUpError``, `CancellationError`.
    func run(_ summary: inout FollowUpSummary) async throws {
        var failures = FollowUpError.Failures()
        var excess: Int64 = 0
        for _ in 0..<limits.maxRounds {
            var (total, oldest) = try await walk(&summary, &failures)
            guard let budget = limits.storeBytes else { break }
            let before = total
            for publication in oldest.sorted() where total > budget {
                try Task.checkCancellation()
                if try await evict(publication, &summary, &failures) { total -= publication.bytes }
            }
            excess = total - budget
            // Once more only if that helps.
            guard excess > 0, total < before else { break }
        }
        try failures.check()
        if excess > 0 { throw FollowUpError.overBudget(excess) }
    }

    /// - Returns: The bytes in the store, and the oldest of what may go.
    private func walk(
        _ summary: inout FollowUpSummary,
        _ failures: inout FollowUpError.Failures
    ) async throws -> (total: Int64, oldest: OldestPublications) {
        let listing = store.publications()
        var (total, oldest) = (Int64(0), OldestPublications(capacity: maxCandidates))
        failures = FollowUpError.Failures()
        while true {
            try Task.checkCancellation()
            let page = try await listing.next(JobQueue.maxPublications)
            if page.isEmpty { return (total, oldest) }
            // Asked after the page was read: what was published meanwhile isn't in it, and what it has is known by now.
            let standings = try await queue.standings(page.map(\.path))
            for (publication, standing) in zip(page, standings) {
                let age = Duration.seconds(now.timeIntervalSince(publication.modified))
                if standing == .unknown, age >= limits.orphanAge {
                    do {
                        summary.freedBytes += try await store.remove(publication.path)
                        summary.orphanedPublications += 1
                        continue
                    } catch {
                        failures.add(error)
                    }
                }
                total += publication.bytes
                if standing != .running, age >= limits.freshAge { oldest.insert(publication) }
            }
        }
    }

    /// Removes a result and then its files, so that no answer names files that are gone.
    private func evict(
        _ publication: StoredPublication,
        _ summary: inout FollowUpSummary,
        _ failures: inout FollowUpError.Failures
    ) async throws -> Bool {
        guard try await queue.evict(publication.path) else { return false }
        do {
            summary.freedBytes += try await store.remove(publication.path)
        } catch {
            failures.add(error)
            return false
        }
        summary.evictedResults += 1
        try await queue.forget([publication.path.description])
        return true
    }
}

/// The oldest of many publications, in bounded memory.
struct OldestPublications: Sendable {
    private let capacity: Int
    private var kept: [StoredPublication] = []

    /// - Parameter capacity: How many are kept.
    init(capacity: Int) {
        self.capacity = capacity
    }

    mutating func insert(_ publication: StoredPublication) {
        kept.append(publication)
        if kept.count >= 2 * capacity { kept = Array(sorted().prefix(capacity)) }
    }

    /// Oldest first, up to the capacity.
    func sorted() -> [StoredPublication] {
        Array(kept.sorted { $0.modified < $1.modified }.prefix(capacity))
    }
}
