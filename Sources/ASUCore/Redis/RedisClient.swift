package import Logging
package import NIOCore
import Synchronization

/// A client of one Redis server: one pipelined connection per event loop, made when first used.
///
/// A broken connection fails the commands waiting on it with ``RedisError`` `.unavailable`, and the next command
/// connects again; while the server is down, commands fail at once instead of queueing up. Commands are not repeated
/// by the client: after `.unavailable` or `.timedOut` a command may or may not have taken effect.
///
/// Shut the client down before its event-loop group.
package final class RedisClient: Sendable {
    private struct Dedicated {
        var idle: [RedisConnection] = []
        var busy: [ObjectIdentifier: RedisConnection] = [:]
        var isShutDown = false
    }

    /// Most connections for blocking commands kept open while unused.
    private static let keptIdle = 4

    /// The server's address.
    package let url: RedisURL
    private let group: any EventLoopGroup
    private let options: RedisConnectionOptions
    private let logger: Logger
    private let connections: [ObjectIdentifier: RedisConnection]
    private let dedicated = Mutex(Dedicated())

    /// Creates a client; nothing is connected yet.
    ///
    /// - Parameters:
    ///   - url: The server.
    ///   - eventLoopGroup: Its loops carry the connections, one each.
    ///   - logger: Gets lost, failed and restored connections.
    ///   - connectTimeout: Time for a connection, and again for its greeting (`AUTH`, `SELECT`, `PING`).
    ///   - commandTimeout: Time from sending a command to its reply; when it runs out, the connection is closed.
    ///   - maxReplyBytes: Most bytes of one reply; a longer one closes the connection.
    package init(
        url: RedisURL,
        eventLoopGroup: any EventLoopGroup,
        logger: Logger,
        connectTimeout: Duration = .milliseconds(800),
        commandTimeout: Duration = .seconds(5),
        maxReplyBytes: Int = 64 << 20
    ) {
        let options = RedisConnectionOptions(
            connectTimeout: TimeAmount(connectTimeout),
            commandTimeout: TimeAmount(commandTimeout),
            maxReplyBytes: maxReplyBytes
        )
        self.url = url
        self.group = eventLoopGroup
        self.options = options
        self.logger = logger
        var connections: [ObjectIdentifier: RedisConnection] = [:]
        for loop in eventLoopGroup.makeIterator() {
            let connection = RedisConnection(url: url, eventLoop: loop, options: options, logger: logger)
            connections[ObjectIdentifier(loop)] = connection
        }
        self.connections = connections
    }

    /// Sends a command and returns its reply.
    ///
    /// - Throws: ``RedisError``; `.server` for an error reply.
    package func send(_ command: RedisCommand) async throws -> RESPValue {
        try await connection().send(command, timeout: options.commandTimeout)
    }

    /// Sends commands in one write and returns their replies in order.
    ///
    /// Other callers' commands may run in between.
    ///
    /// - Throws: The first ``RedisError`` among the replies; the other commands have run all the same.
    package func pipeline(_ commands: [RedisCommand]) async throws -> [RESPValue] {
        try await connection().send(commands, timeout: options.commandTimeout)
    }

    /// Runs a script as one step, sending its source only if the server does not know it yet.
    ///
    /// - Throws: ``RedisError``; `.server` with the script's error.
    package func eval(
        _ script: RedisScript,
        keys: [String],
        arguments: [RedisArgument]
    ) async throws -> RESPValue {
        var all: [RedisArgument] = ["EVALSHA", .text(script.digest), .integer(Int64(keys.count))]
        all.reserveCapacity(3 + keys.count + arguments.count)
        for key in keys { all.append(.text(key)) }
        all += arguments
        do {
            return try await send(RedisCommand(all: all))
        } catch let error as RedisError {
            guard case .server(let message) = error.code else { throw error }
            guard message.hasPrefix("NOSCRIPT") else {
                throw RedisError(error.code, "script \(script.name)", cause: error.cause)
            }
        }
        all[0] = "EVAL"
        all[1] = .text(script.source)
        return try await send(RedisCommand(all: all))
    }

    /// Sends a command that the server may hold back (`BLPOP`, ...) over a connection of its own.
    ///
    /// Cancelling the task closes that connection and ends the wait.
    ///
    /// - Parameters:
    ///   - command: The command, with a time-out of its own.
    ///   - timeout: That time-out; the reply may take this and the client's command time-out.
    /// - Returns: The reply.
    /// - Throws: ``RedisError``, or `CancellationError` when the task was cancelled.
    package func blockingSend(_ command: RedisCommand, timeout: Duration) async throws -> RESPValue {
        let connection = try borrow()
        let limit = TimeAmount(timeout) + options.commandTimeout
        do {
            let value = try await withTaskCancellationHandler {
                try await connection.send(command, timeout: limit)
            } onCancel: {
                connection.closeSoon(RedisError(.unavailable, "\(command.name): the wait was cancelled"))
            }
            await giveBack(connection, isReusable: !Task.isCancelled)
            return value
        } catch {
            await giveBack(connection, isReusable: !Task.isCancelled)
            try Task.checkCancellation()
            throw error
        }
    }

    /// Closes all connections; pending and later commands fail with ``RedisError`` `.unavailable`.
    package func shutdown() async {
        let error = Self.shutDown
        let own = dedicated.withLock { dedicated in
            dedicated.isShutDown = true
            defer { dedicated.idle = [] }
            return dedicated.idle + dedicated.busy.values
        }
        for connection in own { await connection.close(error) }
        for connection in connections.values { await connection.close(error) }
    }

    private static let shutDown = RedisError(.unavailable, "the client is shut down")

    private func connection() throws -> RedisConnection {
        guard let connection = connections[ObjectIdentifier(group.any())] else {
            throw RedisError(.unavailable, "the event-loop group handed out a loop that it did not list")
        }
        return connection
    }

    private func borrow() throws -> RedisConnection {
        try dedicated.withLock { dedicated in
            guard !dedicated.isShutDown else { throw Self.shutDown }
            let connection =
                dedicated.idle.popLast()
                ?? RedisConnection(url: url, eventLoop: group.any(), options: options, logger: logger)
            dedicated.busy[ObjectIdentifier(connection)] = connection
            return connection
        }
    }

    private func giveBack(_ connection: RedisConnection, isReusable: Bool) async {
        let isKept = dedicated.withLock { dedicated in
            dedicated.busy[ObjectIdentifier(connection)] = nil
            guard isReusable, !dedicated.isShutDown, dedicated.idle.count < Self.keptIdle else { return false }
            dedicated.idle.append(connection)
            return true
        }
        if !isKept { await connection.close(Self.shutDown) }
    }
}
