import ASUCore
import ASUTestSupport
import Logging
import NIOCore
import NIOPosix
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(2))) struct RedisOutageTests {
    @Test func send_serverKilled_failsPendingAndLaterCommandsFastAndRecovers() async throws {
        try await withRedis { server, client in
            _ = try await client.send(RedisCommand("SET", "key", "1"))
            server.pause()
            // Commands that wait for the reply of the paused server when it is killed.
            try await withThrowingTaskGroup(of: RedisError.Code?.self) { group in
                for _ in 0..<20 {
                    group.addTask { await failure { try await client.send(RedisCommand("GET", "key")) } }
                }
                try await server.kill()
                for try await code in group { #expect(code == .unavailable) }
            }
            for _ in 0..<20 {
                let start = ContinuousClock.now
                let code = await failure { try await client.send(RedisCommand("GET", "key")) }
                #expect(code == .unavailable)
                // At once by design; the bound leaves room for a busy machine, yet is below any time-out's sum.
                #expect(ContinuousClock.now - start < .seconds(4))
            }
            try await server.restart()
            #expect(try await eventually { try await client.send(RedisCommand("GET", "key")) } == .null)
        }
    }

    @Test func send_noServer_sharesOneAttemptAndRests() async throws {
        let counter = ConnectionCounter()
        let listener = try await counter.start()
        let client = try makeClient("redis://127.0.0.1:\(listener.localAddress?.port ?? 0)")
        let start = ContinuousClock.now
        await withTaskGroup(of: RedisError.Code?.self) { group in
            for _ in 0..<200 {
                group.addTask { await failure { try await client.send(RedisCommand("PING")) } }
            }
            for await code in group { #expect(code == .unavailable) }
        }
        for _ in 0..<100 {
            #expect(await failure { try await client.send(RedisCommand("PING")) } == .unavailable)
        }
        // A loop's first attempt, and then one for every 50 ms of rest.
        let loops = MultiThreadedEventLoopGroup.singleton.makeIterator().reduce(0) { count, _ in count + 1 }
        let rests = Int((ContinuousClock.now - start) / .milliseconds(50))
        #expect((1...loops * (1 + rests)).contains(counter.count.withLock { $0 }))
        await client.shutdown()
        try await listener.close().get()
    }

    @Test func send_stoppedServer_timesOutAndRecovers() async throws {
        try await withRedisServer { server in
            let client = server.client(connectTimeout: .seconds(1), commandTimeout: .milliseconds(200))
            _ = try await eventually { try await client.send(RedisCommand("SET", "key", "1")) }
            server.pause()
            let start = ContinuousClock.now
            let code = await failure { try await client.send(RedisCommand("GET", "key")) }
            #expect(code == .timedOut || code == .unavailable)
            #expect(ContinuousClock.now - start < .seconds(4))
            server.resume()
            #expect(try await eventually { try await client.send(RedisCommand("GET", "key")) }.text == "1")
            await client.shutdown()
        }
    }

    @Test func send_garbageServer_throwsProtocolViolation() async throws {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { child in
                child.eventLoop.makeCompletedFuture {
                    try child.pipeline.syncOperations.addHandler(Greeter())
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let client = try makeClient("redis://127.0.0.1:\(channel.localAddress?.port ?? 0)")
        let code = await failure { try await client.send(RedisCommand("PING")) }
        #expect(code == .protocolViolation)
        await client.shutdown()
        try await channel.close().get()
    }

    @Test func send_wrongPathOrPort_throwsUnavailable() async throws {
        for url in ["unix:///nonexistent/redis.sock", "redis://127.0.0.1:1"] {
            let client = try makeClient(url)
            #expect(await failure { try await client.send(RedisCommand("PING")) } == .unavailable)
            await client.shutdown()
        }
    }
}

/// A listener that closes every connection and counts them.
private final class ConnectionCounter: Sendable {
    let count = Mutex(0)

    func start() async throws -> any Channel {
        try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { child in
                self.count.withLock { $0 += 1 }
                return child.close()
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }
}

/// Greets as a server of another protocol.
private final class Greeter: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    func channelActive(context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: "SSH-2.0-OpenSSH_9.2\r\n")), promise: nil)
    }
}

func makeClient(_ url: String) throws -> RedisClient {
    RedisClient(
        url: try RedisURL(url),
        eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
        logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    )
}

/// The code of the ``RedisError`` that `body` throws.
func failure(_ body: () async throws -> RESPValue) async -> RedisError.Code? {
    do {
        _ = try await body()
        return nil
    } catch {
        return (error as? RedisError)?.code
    }
}

/// Repeats `body` until it does not throw, up to 20 s.
func eventually<Value>(_ body: () async throws -> Value) async throws -> Value {
    let deadline = ContinuousClock.now + .seconds(20)
    while true {
        do {
            return try await body()
        } catch {
            guard ContinuousClock.now < deadline else { throw error }
            try await Task.sleep(for: .milliseconds(10))
        }
    }
}
