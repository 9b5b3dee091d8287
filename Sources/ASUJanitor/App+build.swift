import ASUCore
import Foundation
import Logging
import NIOPosix
import UnixSignals

/// The janitor put together: the one place where its parts meet.
struct App {
    let settings: Settings
    let logger = Logger(label: "asu-janitor")

    /// Loads the newest version of every branch and the snapshots; SIGTERM or SIGINT end it early.
    func initialize() async throws -> RefreshSummary {
        try await withParts { parts in
            var scope = RefreshScope()
            scope.extent = .newest
            let refresh = refresh(parts, scope, ProgressLine())
            return try await parts.lock.hold { try await refresh.run(lock: $0) }
        }
    }

    /// Refreshes once what `scope` names, and does what follows from it.
    func update(_ scope: RefreshScope) async throws -> UpdateOutcome {
        try await withParts { parts in try await cycle(parts, scope).run() }
    }

    /// Says what a refresh would change and writes nothing.
    func dryRun(_ scope: RefreshScope) async throws -> RefreshSummary {
        try await withParts { parts in
            var refresh = refresh(parts, scope, ProgressLine())
            refresh.isDryRun = true
            return try await refresh.run(lock: "")
        }
    }

    /// Refreshes every `interval`, or when a server asks, until SIGTERM or SIGINT.
    func keepUpdating(_ scope: RefreshScope, every interval: Duration) async throws {
        do {
            try await withParts { parts in
                try await UpdateLoop(
                    cycle: cycle(parts, scope),
                    wake: JanitorWake(redis: parts.redis),
                    interval: interval,
                    logger: logger
                ).run()
            }
        } catch is InterruptedError {
            // That is how a service ends.
        }
    }

    /// What is loaded, how old it is and from which revision.
    func status() async throws -> StatusReport {
        try await withParts { parts in
            try await StatusReport(
                contents: parts.store.contents(),
                checks: parts.store.checks(),
                branches: settings.branches,
                now: Int(Date().timeIntervalSince1970)
            )
        }
    }

    /// What everything needs.
    private struct Parts: Sendable {
        let redis: RedisClient
        let store: CatalogStore
        let client: HTTPClient
        let lock: JanitorLock
    }

    private func refresh(_ parts: Parts, _ scope: RefreshScope, _ progress: ProgressLine) -> CatalogRefresh {
        CatalogRefresh(
            upstream: UpstreamReader(baseURL: settings.upstreamURL, client: parts.client),
            store: parts.store,
            keys: settings.trustedKeys,
            branches: settings.branches,
            scope: scope,
            progress: progress
        )
    }

    private func cycle(_ parts: Parts, _ scope: RefreshScope) -> UpdateCycle {
        UpdateCycle(
            refresh: refresh(parts, scope, .silent),
            followUps: FollowUps(
                queue: JobQueue(redis: parts.redis),
                store: LocalArtifactStore(publicPath: settings.publicPath),
                limits: FollowUpLimits(settings: settings),
                logger: logger
            ),
            lock: parts.lock
        )
    }

    private func withParts<Value: Sendable>(
        _ body: @escaping @Sendable (Parts) async throws -> Value
    ) async throws -> Value {
        MemoryAllocator.keepSmall()
        let redis = RedisClient(
            url: settings.redisURL,
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: logger
        )
        let client = HTTPClient(configuration: HTTPClient.Configuration(userAgent: "asu-janitor"))
        let parts = Parts(
            redis: redis,
            store: CatalogStore(redis: redis),
            client: client,
            lock: JanitorLock(redis: redis)
        )
        let outcome: Result<Value, any Error>
        do {
            outcome = .success(try await untilSignal { try await body(parts) })
        } catch {
            outcome = .failure(error)
        }
        client.shutdown()
        await redis.shutdown()
        return try outcome.get()
    }

    /// Runs `body`, cancelling it when the process is asked to end.
    private func untilSignal<Value: Sendable>(
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value.self) { group in
            group.addTask(operation: body)
            group.addTask {
                for await signal in await UnixSignalsSequence(trapping: .sigterm, .sigint) {
                    throw InterruptedError(signal: "\(signal)")
                }
                throw CancellationError()
            }
            defer { group.cancelAll() }
            guard let value = try await group.next() else { throw CancellationError() }
            return value
        }
    }
}

/// The janitor was asked to end before it was done.
struct InterruptedError: Error, CustomStringConvertible {
    let signal: String

    var description: String { "ended by \(signal); what was put in force until then stays, the rest is as it was" }
}
