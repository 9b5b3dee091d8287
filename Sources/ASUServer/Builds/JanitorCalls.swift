import ASUCore
import Logging
import ServiceLifecycle
import Synchronization

/// Wakes the janitor off the way of requests, when one asks for something newer than the catalog.
///
/// Anybody can ask for a revision that will never be, so calls are rare however many requests there are: the janitor
/// comes by itself, this only brings it sooner.
final class JanitorCalls: Service, CustomStringConvertible {
    /// Between two calls of this server.
    static let interval = Duration.seconds(60)
    /// Between two calls for one version; the janitor's own interval by default.
    static let versionInterval = Duration.seconds(600)

    private let wake: JanitorWake
    private let logger: Logger
    private let (calls, continuation) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingNewest(4))
    private let last = Mutex<(any: ContinuousClock.Instant?, byVersion: [Version: ContinuousClock.Instant])>((nil, [:]))

    init(wake: JanitorWake, logger: Logger) {
        self.wake = wake
        self.logger = logger
    }

    var description: String { "calls of the janitor" }

    /// Asks for the janitor, unless that was done a short while ago.
    ///
    /// - Parameters:
    ///   - version: A version of the catalog; there are as many as it has.
    ///   - reason: Why, in a line for logs.
    ///   - now: The time, for tests.
    /// - Returns: Whether it is asked for.
    @discardableResult
    func call(for version: Version, _ reason: String, now: ContinuousClock.Instant = .now) -> Bool {
        let isDue = last.withLock { last in
            if let any = last.any, now - any < Self.interval { return false }
            if let own = last.byVersion[version], now - own < Self.versionInterval { return false }
            last.any = now
            last.byVersion[version] = now
            return true
        }
        if isDue { continuation.yield(reason) }
        return isDue
    }

    /// Sends the calls until the server shuts down.
    func run() async throws {
        for await reason in calls.cancelOnGracefulShutdown() {
            do {
                try await wake.request(reason)
                logger.info("janitor called", metadata: ["reason": "\(reason)"])
            } catch {
                logger.warning(
                    "the janitor can't be called; it comes at its next time",
                    metadata: ["reason": "\(reason)", "error": "\(error)"]
                )
            }
        }
    }
}
