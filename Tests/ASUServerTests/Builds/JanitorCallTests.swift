import ASUCore
import ASUTestSupport
import Logging
import NIOCore
import Testing

@testable import ASUServer

/// A request for something newer than the catalog is enqueued, and the janitor is called, but not for each of them.
@Suite(.timeLimit(.minutes(1))) struct JanitorCallTests {
    private static let newer = "r28428-0000000000"

    /// The calls that nobody took, when there are `count` of them.
    private func calls(_ running: RunningServer, count: Int) async throws -> [String?] {
        let list = RedisCommand("LRANGE", CatalogKeys().wake, "0", "-1")
        for _ in 0..<500 {
            let calls = try await running.redis.send(list).elements ?? []
            if calls.count >= count { return calls.map(\.text) }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw TestSupportError("no \(count) calls")
    }

    @Test func newerRevision_isEnqueuedAndCallsTheJanitorOnce() async throws {
        try await RunningServer.with { running in
            for size in 1...5 {
                let reply = try await running.post(
                    .request(["version_code": .string(Self.newer), "rootfs_size_mb": .integer(Int64(size))])
                )
                #expect(reply.status == 202, "\(reply.text)")
            }
            // Another version, but the server called a moment ago.
            let other = try await running.post(
                .request(["version": .string(SampleCatalog.snapshot), "version_code": .string(Self.newer)])
            )
            #expect(other.status == 202, "\(other.text)")
            let reason = "24.10.2 ath79/generic: \(Self.newer) is newer than \(SampleCatalog.revision)"
            #expect(try await calls(running, count: 1) == [reason])
            #expect(try await JanitorWake(redis: running.redis).wait(atMost: .seconds(5)) == reason)
        }
    }

    @Test func newerPackage_callsTheJanitor_othersDoNot() async throws {
        try await RunningServer.with { running in
            for changes: [String: JSONValue] in [
                [:], ["version_code": .string(SampleCatalog.revision)], ["packages_versions": ["vim": "9.1-r1"]],
                ["version": "24.10.99", "version_code": .string(Self.newer)], ["packages_versions": ["vim": "1"]],
            ] {
                _ = try await running.post(.request(changes))
            }
            #expect(try await running.post(.request(["packages_versions": ["vim": "10.0-r1"]])).status == 202)
            #expect(
                try await calls(running, count: 1) == ["24.10.2 ath79/generic: vim 10.0-r1 is newer than 9.1-r1"]
            )
        }
    }

    /// The request is answered all the same, and a later one can call.
    @Test func call_withoutRedis_isOnlyLogged() async throws {
        try await withRedis { server, redis async throws in
            let calls = JanitorCalls(
                wake: JanitorWake(redis: redis),
                logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
            )
            let (one, two) = (try #require(Version("24.10.2")), try #require(Version("24.10.3")))
            let start = ContinuousClock.now
            #expect(calls.call(for: one, "a", now: start))
            #expect(!calls.call(for: one, "b", now: start + .seconds(59)))
            #expect(!calls.call(for: two, "c", now: start + .seconds(59)))
            #expect(calls.call(for: two, "d", now: start + .seconds(61)))
            #expect(!calls.call(for: one, "e", now: start + .seconds(599)))
            #expect(calls.call(for: one, "f", now: start + .seconds(601)))
            try await server.kill()
            try await withThrowingTaskGroup { group in
                group.addTask { try await calls.run() }
                group.cancelAll()
                try await group.waitForAll()
            }
        }
    }
}
