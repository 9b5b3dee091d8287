import ASUCore
import Logging

/// One round of the janitor: the catalog is brought up to date, and what follows from that is done.
struct UpdateCycle: Sendable {
    let refresh: CatalogRefresh
    let lock: JanitorLock
    let logger: Logger

    /// - Returns: What changed and what went wrong.
    /// - Throws: ``LockError`` if another janitor is at work; ``UpstreamError``, ``RedisError``, ``CatalogError``.
    func run() async throws -> RefreshSummary {
        try await lock.hold { try await refresh.run(lock: $0) }
    }
}
