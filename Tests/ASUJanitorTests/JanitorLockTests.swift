import ASUCore
import ASUTestSupport
import Testing

@testable import ASUJanitor

@Suite(.timeLimit(.minutes(1))) struct JanitorLockTests {
    private static let key = CatalogKeys().lock

    @Test func hold_freeLock_isHeldMeanwhileAndGivenBack() async throws {
        try await withRedis { _, redis in
            let token = try await JanitorLock(redis: redis).hold { token in
                #expect(try await redis.send(RedisCommand("GET", Self.key)).text == token)
                let left = try await redis.send(RedisCommand("PTTL", Self.key)).int ?? 0
                #expect((1...30_000).contains(left))
                return token
            }
            #expect(!token.isEmpty)
            #expect(try await redis.send(RedisCommand("EXISTS", Self.key)).int == 0)
        }
    }

    @Test func hold_heldByAnother_throwsAndLeavesItsLock() async throws {
        try await withRedis { _, redis in
            _ = try await redis.send(RedisCommand("SET", Self.key, "another"))
            await #expect {
                try await JanitorLock(redis: redis).hold { _ in Issue.record("acted without the lock") }
            } throws: {
                "\($0)".hasPrefix("another asu-janitor is at work") && "\($0)".hasSuffix("nothing was changed")
            }
            #expect(try await redis.send(RedisCommand("GET", Self.key)).text == "another")
        }
    }

    @Test func hold_longWork_renewsTheLease() async throws {
        try await withRedis { _, redis in
            let lock = JanitorLock(redis: redis, lease: .milliseconds(1500))
            try await lock.hold { token in
                // Longer than the lease: without a renewal the lock would be gone.
                try await Task.sleep(for: .seconds(2))
                let holder = try await redis.send(RedisCommand("GET", Self.key)).text
                #expect(holder == token)
            }
        }
    }

    @Test func hold_lockTakenOver_cancelsTheWorkAndLeavesTheOthersLock() async throws {
        try await withRedis { _, redis in
            let lock = JanitorLock(redis: redis, lease: .milliseconds(300))
            await #expect {
                try await lock.hold { _ in
                    _ = try await redis.send(RedisCommand("SET", Self.key, "another"))
                    try await Task.sleep(for: .seconds(30))
                }
            } throws: {
                "\($0)".hasPrefix("another asu-janitor took over")
            }
            let holder = try await redis.send(RedisCommand("GET", Self.key)).text
            #expect(holder == "another")
        }
    }

    @Test func hold_workFails_givesTheLockBack() async throws {
        struct Failure: Error {}
        try await withRedis { _, redis in
            await #expect(throws: Failure.self) { try await JanitorLock(redis: redis).hold { _ in throw Failure() } }
            let isHeld = try await redis.send(RedisCommand("EXISTS", Self.key)).int
            #expect(isHeld == 0)
        }
    }

    @Test func hold_severalAtOnce_letOneActAtATime() async throws {
        try await withRedis { _, redis in
            let outcomes = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<5 {
                    group.addTask {
                        do {
                            try await JanitorLock(redis: redis).hold { _ in
                                try await Task.sleep(for: .milliseconds(200))
                            }
                            return true
                        } catch {
                            return false
                        }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.count { $0 } == 1)
        }
    }
}
