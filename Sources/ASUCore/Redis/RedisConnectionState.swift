import Logging
import NIOCore
import NIOPosix

/// The life of one connection: connects when a command needs it, shares the attempt, rests after a failure.
///
/// Belongs to one event loop; ``RedisConnection`` is its door for other threads.
final class RedisConnectionState {
    private enum Phase {
        case idle
        case connecting
        case open(RedisChannelHandler, any Channel)
        case resting(until: NIODeadline, RedisError)
        case closed(RedisError)
    }

    private struct Waiting {
        let command: RedisCommand
        let timeout: TimeAmount
        let reply: RedisReply
    }

    private let url: RedisURL
    private let eventLoop: any EventLoop
    private let options: RedisConnectionOptions
    private let logger: Logger
    private var phase = Phase.idle
    private var waiting: [Waiting] = []
    private var backoff: TimeAmount = .zero

    init(url: RedisURL, eventLoop: any EventLoop, options: RedisConnectionOptions, logger: Logger) {
        self.url = url
        self.eventLoop = eventLoop
        self.options = options
        self.logger = logger
    }

    /// Sends a command, connecting first if need be; `reply` is completed exactly once.
    func send(_ command: RedisCommand, timeout: TimeAmount, reply: RedisReply) {
        switch phase {
        case .open(let handler, _):
            handler.send(command, timeout: timeout, reply: reply)
        case .idle:
            waiting.append(Waiting(command: command, timeout: timeout, reply: reply))
            connect()
        case .connecting:
            guard waiting.count < RedisChannelHandler.maxPending else {
                let text = "\(command.name): too many commands wait for a connection to \(url); try again later"
                reply.complete(.failure(RedisError(.unavailable, text)))
                return
            }
            waiting.append(Waiting(command: command, timeout: timeout, reply: reply))
        case .resting(let until, let error):
            guard until <= .now() else {
                reply.complete(.failure(error))
                return
            }
            waiting.append(Waiting(command: command, timeout: timeout, reply: reply))
            connect()
        case .closed(let error):
            reply.complete(.failure(error))
        }
    }

    /// Closes for good; `done` is called when the channel is closed.
    func close(_ error: RedisError, done: @escaping @Sendable () -> Void) {
        let old = phase
        phase = .closed(error)
        failWaiting(error)
        if case .open(let handler, let channel) = old {
            handler.fail(error)
            channel.closeFuture.whenComplete { _ in done() }
        } else {
            done()
        }
    }

    private func connect() {
        phase = .connecting
        let maxReplyBytes = options.maxReplyBytes
        let bootstrap = ClientBootstrap(group: eventLoop)
            .connectTimeout(options.connectTimeout)
            .channelOption(.socketOption(.so_keepalive), value: 1)
            .channelOption(
                .recvAllocator,
                value: AdaptiveRecvByteBufferAllocator(minimum: 2048, initial: 16_384, maximum: 262_144)
            )
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(RedisChannelHandler(maxReplyBytes: maxReplyBytes))
                }
            }
        let connected =
            switch url.endpoint {
            case .tcp(let host, let port): bootstrap.connect(host: host, port: port)
            case .unix(let path): bootstrap.connect(unixDomainSocketPath: path)
            }
        connected.assumeIsolated().whenComplete { self.connected($0) }
    }

    private func connected(_ result: Result<any Channel, any Error>) {
        do {
            let channel = try result.get()
            let handler = try channel.pipeline.syncOperations.handler(type: RedisChannelHandler.self)
            guard case .connecting = phase else {
                channel.close(promise: nil)
                return
            }
            greet(handler, channel)
        } catch {
            let text = "no connection to \(url); is the server running, and does redis_url name it?"
            attemptFailed(RedisError(.unavailable, text, cause: error))
        }
    }

    // PING is part of the greeting because a stopped server's kernel still accepts connections.
    private func greet(_ handler: RedisChannelHandler, _ channel: any Channel) {
        var commands: [RedisCommand] = []
        if let password = url.password {
            let login = (url.username.map { [RedisArgument.text($0)] } ?? []) + [.text(password)]
            commands.append(RedisCommand("AUTH", arguments: login))
        }
        if url.database != 0 { commands.append(RedisCommand("SELECT", url.database)) }
        commands.append(RedisCommand("PING"))
        let batch = RedisBatch(count: commands.count) { result in
            switch result {
            case .success: self.ready(handler, channel)
            case .failure(let error):
                let refused = RedisError(error.code, "connection to \(self.url): \(error.context)", cause: error.cause)
                handler.fail(refused)
                self.attemptFailed(refused)
            }
        }
        for (index, command) in commands.enumerated() {
            handler.send(command, timeout: options.connectTimeout, reply: .batch(batch, index))
        }
    }

    private func ready(_ handler: RedisChannelHandler, _ channel: any Channel) {
        guard case .connecting = phase else {
            handler.fail(RedisError(.unavailable, "the client is shut down"))
            return
        }
        if backoff > .zero { logger.info("Redis connection restored", metadata: ["redis.url": "\(url)"]) }
        backoff = .zero
        phase = .open(handler, channel)
        handler.onClose = { [weak self] error in self?.lost(error) }
        let commands = waiting
        waiting = []
        for entry in commands { handler.send(entry.command, timeout: entry.timeout, reply: entry.reply) }
    }

    private func lost(_ error: RedisError) {
        guard case .open = phase else { return }
        logger.warning("Redis connection lost", metadata: ["redis.url": "\(url)", "error": "\(error)"])
        phase = .idle
    }

    private func attemptFailed(_ error: RedisError) {
        guard case .connecting = phase else { return }
        // Only the first failure in a row: an outage is one event, not two a second.
        let level: Logger.Level = backoff > .zero ? .debug : .warning
        logger.log(level: level, "Redis connection failed", metadata: ["redis.url": "\(url)", "error": "\(error)"])
        backoff = min(max(options.minBackoff, backoff + backoff), options.maxBackoff)
        phase = .resting(until: .now() + backoff, error)
        failWaiting(error)
    }

    private func failWaiting(_ error: RedisError) {
        let commands = waiting
        waiting = []
        for entry in commands { entry.reply.complete(.failure(error)) }
    }
}
