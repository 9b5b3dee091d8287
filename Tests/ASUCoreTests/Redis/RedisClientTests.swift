import ASUCore
import ASUTestSupport
import NIOCore
import Testing

@Suite(.timeLimit(.minutes(2))) struct RedisClientTests {
    @Test(arguments: [RedisServer.Listener.unix, .tcp])
    func send_overEitherListener_returnsTheReply(listener: RedisServer.Listener) async throws {
        try await withRedis(listener) { _, client in
            #expect(try await client.send(RedisCommand("SET", "key", "value")).text == "OK")
            #expect(try await client.send(RedisCommand("GET", "key")).text == "value")
            #expect(try await client.send(RedisCommand("GET", "other")) == .null)
            #expect(try await client.send(RedisCommand("INCRBY", "n", 12)) == .integer(12))
            let values = try await client.send(RedisCommand("MGET", arguments: ["key", "n", "other"]))
            #expect(values.elements?.map(\.text) == ["value", "12", nil])
        }
    }

    @Test func send_allBytes_comeBackUnchanged() async throws {
        try await withRedis { _, client in
            let bytes = (0..<2048).map { UInt8(truncatingIfNeeded: $0) }
            _ = try await client.send(RedisCommand("SET", bytes, ByteBuffer(bytes: bytes)))
            #expect(try await client.send(RedisCommand("GET", bytes)).bytes == ByteBuffer(bytes: bytes))
            _ = try await client.send(RedisCommand("SET", "", ""))
            #expect(try await client.send(RedisCommand("GET", "")).bytes == ByteBuffer())
        }
    }

    @Test(arguments: [RedisServer.Listener.unix, .tcp])
    func send_fiveMegabytes_comeBackOverManyReads(listener: RedisServer.Listener) async throws {
        try await withRedis(listener) { _, client in
            let value = ByteBuffer(bytes: (0..<5_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) })
            _ = try await client.send(RedisCommand("SET", "big", value))
            async let big = client.send(RedisCommand("GET", "big"))
            async let small = client.send(RedisCommand("STRLEN", "big"))
            #expect(try await big.bytes == value)
            #expect(try await small == .integer(5_000_000))
        }
    }

    @Test func send_concurrently_everyCallerGetsItsOwnReply() async throws {
        try await withRedis { _, client in
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for task in 0..<64 {
                    group.addTask {
                        for step in 0..<50 {
                            let text = "\(task)-\(step)"
                            guard try await client.send(RedisCommand("ECHO", text)).text == text else { return false }
                        }
                        return true
                    }
                }
                for try await isRight in group { #expect(isRight) }
            }
        }
    }

    @Test func pipeline_repliesInOrder() async throws {
        try await withRedis { _, client in
            let values = try await client.pipeline((0..<500).map { RedisCommand("ECHO", "\($0)") })
            #expect(values.map(\.text) == (0..<500).map { "\($0)" })
            #expect(try await client.pipeline([]) == [])
        }
    }

    @Test func pipeline_oneFails_throwsItAndRunsTheRest() async throws {
        try await withRedis { _, client in
            let error = await #expect(throws: RedisError.self) {
                try await client.pipeline([
                    RedisCommand("SET", "a", "1"), RedisCommand("LPOP", "a"), RedisCommand("SET", "b", "2"),
                ])
            }
            guard case .server(let message)? = error?.code else {
                Issue.record("not a server error: \(String(describing: error))")
                return
            }
            #expect(message.hasPrefix("WRONGTYPE"))
            let other = try await client.send(RedisCommand("GET", "b"))
            #expect(other.text == "2")
        }
    }

    @Test func eval_unknownAndFlushedScript_fallsBackToTheSource() async throws {
        try await withRedis { _, client in
            let script = RedisScript(name: "test", "return {KEYS[1], ARGV[1], 7, false}")
            let expected: [String?] = ["key", "argument", "7", nil]
            for _ in 0..<2 {
                let value = try await client.eval(script, keys: ["key"], arguments: ["argument"])
                #expect(value.elements?.map(\.text) == expected)
            }
            let known = try await client.send(RedisCommand("SCRIPT", "EXISTS", script.digest))
            #expect(known == .array([.integer(1)]))
            _ = try await client.send(RedisCommand("SCRIPT", "FLUSH"))
            let value = try await client.eval(script, keys: ["key"], arguments: ["argument"])
            #expect(value.elements?.map(\.text) == expected)
        }
    }

    @Test func send_withPassword_authenticates() async throws {
        try await withRedisServer(.unix, password: "s3cret-1") { server in
            #expect(!"\(server.url)".contains("s3cret"))
            let client = server.client()
            let reply = try await client.send(RedisCommand("PING"))
            #expect(reply.text == "PONG")
            await client.shutdown()
        }
    }

    @Test(arguments: ["", ":wrong@"])
    func send_withoutTheRightPassword_throwsAuthenticationFailed(login: String) async throws {
        try await withRedisServer(.unix, password: "secret") { server in
            guard case .unix(let path) = server.url.endpoint else { return }
            let client = try makeClient("unix://\(login)\(path)")
            let error = await #expect(throws: RedisError.self) { try await client.send(RedisCommand("PING")) }
            #expect(error?.code == .authenticationFailed)
            #expect(error?.description.contains("wrong") == false)
            await client.shutdown()
        }
    }

    @Test func send_withDatabase_selectsIt() async throws {
        try await withRedis { server, client in
            guard case .unix(let path) = server.url.endpoint else { return }
            let other = try makeClient("unix://\(path)?db=3")
            _ = try await other.send(RedisCommand("SET", "key", "three"))
            #expect(try await client.send(RedisCommand("GET", "key")) == .null)
            #expect(try await other.send(RedisCommand("GET", "key")).text == "three")
            await other.shutdown()
        }
    }

    @Test func send_replyOverTheLimit_throwsAndRecovers() async throws {
        try await withRedisServer { server in
            let client = server.client(maxReplyBytes: 100_000)
            _ = try await client.send(RedisCommand("SETRANGE", "big", 200_000, "x"))
            let error = await #expect(throws: RedisError.self) { try await client.send(RedisCommand("GET", "big")) }
            #expect(error?.code == .protocolViolation)
            #expect(try await client.send(RedisCommand("STRLEN", "big")) == .integer(200_001))
            await client.shutdown()
        }
    }

    @Test func blockingSend_doesNotHoldUpOthers() async throws {
        try await withRedis { _, client in
            async let waiting = client.blockingSend(RedisCommand("BLPOP", "list", 20), timeout: .seconds(20))
            while try await blockedClients(client) == 0 { try await Task.sleep(for: .milliseconds(2)) }
            _ = try await client.send(RedisCommand("RPUSH", "list", "item"))
            #expect(try await waiting.elements?.last?.text == "item")
        }
    }

    @Test func blockingSend_cancelled_endsAtOnce() async throws {
        try await withRedis { _, client in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    await #expect(throws: CancellationError.self) {
                        try await client.blockingSend(RedisCommand("BLPOP", "list", 100), timeout: .seconds(100))
                    }
                }
                while try await blockedClients(client) == 0 { try await Task.sleep(for: .milliseconds(2)) }
                let start = ContinuousClock.now
                group.cancelAll()
                try await group.waitForAll()
                #expect(ContinuousClock.now - start < .seconds(5))
            }
        }
    }

    @Test func send_afterShutdown_throwsUnavailable() async throws {
        try await withRedis { _, client in
            _ = try await client.send(RedisCommand("PING"))
            await client.shutdown()
            let error = await #expect(throws: RedisError.self) { try await client.send(RedisCommand("PING")) }
            #expect(error?.code == .unavailable)
            let other = await #expect(throws: RedisError.self) {
                try await client.blockingSend(RedisCommand("PING"), timeout: .seconds(1))
            }
            #expect(other?.code == .unavailable)
        }
    }

    private func blockedClients(_ client: RedisClient) async throws -> Int {
        let info = try await client.send(RedisCommand("INFO", "clients")).text ?? ""
        let line = info.split(whereSeparator: \.isNewline).first { $0.hasPrefix("blocked_clients:") }
        return line.flatMap { Int($0.dropFirst("blocked_clients:".count)) } ?? 0
    }
}
