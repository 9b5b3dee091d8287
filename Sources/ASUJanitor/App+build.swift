import ASUCore
import Foundation
import Logging
import NIOPosix
import UnixSignals

/// The janitor put together: the one place where its parts meet.
struct App {
    let settings: Settings

    /// Loads the catalog; SIGTERM or SIGINT end it early and leave the old one.
    func initialize() async throws -> RefreshSummary {
        let logger = Logger(label: "asu-janitor")
        let redis = RedisClient(
            url: settings.redisURL,
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: logger
        )
        let client = HTTPClient(configuration: HTTPClient.Configuration(userAgent: "asu-janitor"))
        let refresh = CatalogRefresh(
            upstream: UpstreamReader(baseURL: settings.upstreamURL, client: client),
            store: CatalogStore(redis: redis),
            branches: settings.branches,
            progress: ProgressLine()
        )
        let lock = JanitorLock(redis: redis)
        let outcome: Result<RefreshSummary, any Error>
        do {
            outcome = .success(try await untilSignal { try await lock.hold { try await refresh.run(lock: $0) } })
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

    var description: String { "ended by \(signal); the old catalog is untouched" }
}
