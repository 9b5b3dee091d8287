import ASUTestSupport
import Testing

@testable import ASUCore

@Suite(.timeLimit(.minutes(1))) struct JanitorWakeTests {
    private let keys = CatalogKeys()

    @Test func wait_nobodyAsked_isNilWhenTheTimeIsUp() async throws {
        try await withRedis { _, redis async throws in
            let start = ContinuousClock.now
            #expect(try await JanitorWake(redis: redis).wait(atMost: .milliseconds(200)) == nil)
            #expect(ContinuousClock.now - start >= .milliseconds(190))
            // No time at all isn't "for ever".
            #expect(try await JanitorWake(redis: redis).wait(atMost: .zero) == nil)
        }
    }

    @Test func wait_askedBefore_returnsAtOnceAndTakesAll() async throws {
        try await withRedis { _, redis async throws in
            let wake = JanitorWake(redis: redis)
            for number in 1...3 { try await wake.request("reason \(number)") }
            #expect(try await wake.wait(atMost: .seconds(30)) == "reason 1")
            #expect(try await wake.wait(atMost: .milliseconds(20)) == nil)
        }
    }

    @Test func wait_askedMeanwhile_ends() async throws {
        try await withRedis { _, redis async throws in
            let wake = JanitorWake(redis: redis)
            async let reason = wake.wait(atMost: .seconds(30))
            try await blocked(redis)
            try await wake.request("a newer revision")
            #expect(try await reason == "a newer revision")
        }
    }

    @Test func wait_cancelled_ends() async throws {
        try await withRedis { _, redis async throws in
            let start = ContinuousClock.now
            await #expect(throws: CancellationError.self) {
                try await withThrowingTaskGroup(of: String?.self) { group in
                    group.addTask { try await JanitorWake(redis: redis).wait(atMost: .seconds(50)) }
                    try await blocked(redis)
                    group.cancelAll()
                    for try await _ in group {}
                }
            }
            #expect(ContinuousClock.now - start < .seconds(20))
        }
    }

    @Test func request_overAndOver_staysBounded() async throws {
        try await withRedis { _, redis async throws in
            let wake = JanitorWake(redis: redis)
            for number in 1...40 { try await wake.request("\(number)") }
            #expect(try await redis.send(RedisCommand("LLEN", keys.wake)).int == 16)
            let left = try await redis.send(RedisCommand("TTL", keys.wake)).int ?? -2
            #expect((3500...3600).contains(left))
            #expect(try await wake.wait(atMost: .seconds(1)) == "25")
            try await wake.request(String(repeating: "x", count: 5000))
            #expect(try await wake.wait(atMost: .seconds(1))?.count == 200)
        }
    }

    /// Waits until somebody waits in Redis.
    private func blocked(_ redis: RedisClient) async throws {
        for _ in 0..<1000 {
            let text = try await redis.send(RedisCommand("INFO", "clients")).text ?? ""
            if text.contains("blocked_clients:1") { return }
            try await Task.sleep(for: .milliseconds(5))
        }
        throw TestSupportError("nobody waits")
    }
}
