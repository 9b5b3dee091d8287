import Logging
import NIOCore

/// One connection to the server, made when first used and again after it broke; usable from any thread.
final class RedisConnection: Sendable {
    private let eventLoop: any EventLoop
    private let state: NIOLoopBoundBox<RedisConnectionState>

    init(url: RedisURL, eventLoop: any EventLoop, options: RedisConnectionOptions, logger: Logger) {
        self.eventLoop = eventLoop
        self.state = .makeBoxSendingValue(
            RedisConnectionState(url: url, eventLoop: eventLoop, options: options, logger: logger),
            eventLoop: eventLoop
        )
    }

    /// Sends a command and waits for its reply.
    ///
    /// Task cancellation does not end the wait; the time-out does.
    func send(_ command: RedisCommand, timeout: TimeAmount) async throws -> RESPValue {
        try await withCheckedThrowingContinuation { continuation in
            onLoop { $0.send(command, timeout: timeout, reply: .continuation(continuation)) }
        }
    }

    /// Sends commands in one write and waits for all replies; throws the first error among them.
    func send(_ commands: [RedisCommand], timeout: TimeAmount) async throws -> [RESPValue] {
        guard !commands.isEmpty else { return [] }
        return try await withCheckedThrowingContinuation { continuation in
            onLoop { state in
                let batch = RedisBatch(count: commands.count) { result in
                    switch result {
                    case .success(let values): continuation.resume(returning: values)
                    case .failure(let error): continuation.resume(throwing: error)
                    }
                }
                for (index, command) in commands.enumerated() {
                    state.send(command, timeout: timeout, reply: .batch(batch, index))
                }
            }
        }
    }

    /// Closes for good: pending and later commands fail with `error`.
    func close(_ error: RedisError) async {
        await withCheckedContinuation { continuation in
            closeSoon(error) { continuation.resume() }
        }
    }

    /// As ``close(_:)`` without waiting for it.
    func closeSoon(_ error: RedisError, done: @escaping @Sendable () -> Void = {}) {
        onLoop { $0.close(error, done: done) }
    }

    private func onLoop(_ body: @escaping @Sendable (RedisConnectionState) -> Void) {
        if eventLoop.inEventLoop {
            body(state.value)
        } else {
            eventLoop.execute { [state] in body(state.value) }
        }
    }
}
