import ASUCore
import ASUTestSupport
import NIOCore
import Testing

@Suite(.timeLimit(.minutes(2))) struct FinishTests {
    @Test func finish_storesBodiesByteForByteAndExpires() async throws {
        try await withQueue { fixture in
            try await fixture.enqueue(1)
            let job = try await fixture.claim()
            let key = fixture.queue.keys.build(job.hash)
            #expect(try await fixture.redis.send(RedisCommand("PTTL", key)) == .integer(-1))
            let binary = ByteBuffer(bytes: (0..<70_000).map { UInt8(truncatingIfNeeded: $0 &* 7) })
            let outcome = FinishedBuild(
                state: .done,
                status: 200,
                revision: "r28427-6df0e3d02a",
                binDir: "24.10.0/ath79/generic/x/1",
                fields: ["v1": ByteBuffer(string: "{}"), "v1.gz": binary, "2020": ByteBuffer()],
                timeToLive: .seconds(3600)
            )
            #expect(try await fixture.queue.finish(job.lease, outcome: outcome) == nil)
            let wanted = ["v1.gz", "2020", "2020.gz"]
            let record = try #require(try await fixture.queue.record(hash: job.hash, fields: wanted))
            #expect(record.state == .done)
            #expect(record.step == "done")
            #expect(record.status == 200)
            #expect(record.revision == "r28427-6df0e3d02a")
            #expect(record.binDir == "24.10.0/ath79/generic/x/1")
            #expect(record.worker == nil)
            #expect((record.finishedAt ?? 0) >= job.enqueuedAt)
            #expect(record.fields == ["v1.gz": binary, "2020": ByteBuffer()])
            let left = try await fixture.redis.send(RedisCommand("PTTL", key)).int ?? 0
            #expect((3_500_000...3_600_000).contains(left))
            #expect(try await fixture.queue.counts() == QueueCounts(waiting: 0, delayed: 0, running: 0, workers: 1))
        }
    }

    @Test func finish_twice_throwsLeaseLostAndKeepsTheFirst() async throws {
        try await withQueue { fixture in
            let queue = fixture.queue
            try await fixture.enqueue(1)
            let lease = try await fixture.claim().lease
            try await queue.finish(lease, outcome: QueueFixture.outcome(.done))
            let code = await queueFailure { try await queue.finish(lease, outcome: QueueFixture.outcome(.failed)) }
            #expect(code == .leaseLost)
            #expect(await queueFailure { try await queue.heartbeat(lease, extend: .seconds(1)) } == .leaseLost)
            #expect(try await queue.record(hash: lease.hash)?.state == .done)
            #expect(try await queue.claim(worker: "w", lease: .seconds(1)) == nil)
        }
    }

    @Test func record_finished_isOneRead() async throws {
        try await withQueue { fixture in
            try await fixture.enqueue(1)
            let job = try await fixture.claim()
            try await fixture.queue.finish(job.lease, outcome: QueueFixture.outcome())
            _ = try await fixture.redis.send(RedisCommand("CONFIG", "RESETSTAT"))
            _ = try await fixture.queue.record(hash: job.hash, fields: ["v1"])
            let info = try await fixture.redis.send(RedisCommand("INFO", "commandstats")).text ?? ""
            let commands = info.split(whereSeparator: \.isNewline).filter { $0.hasPrefix("cmdstat_") }
                .filter { !$0.hasPrefix("cmdstat_config") && !$0.hasPrefix("cmdstat_ping") }
            #expect(commands.count == 1)
            #expect(commands.first?.hasPrefix("cmdstat_hmget:calls=1,") == true)
        }
    }

    @Test func finish_unusableOutcome_throwsInvalidArgument() async throws {
        let client = try makeClient("unix:///nonexistent/redis.sock")
        let queue = JobQueue(redis: client)
        let lease = Lease(hash: "a", worker: "w", token: 1, expiresAt: 0)
        var reserved = QueueFixture.outcome()
        reserved.fields["state"] = ByteBuffer(string: "queued")
        let outcomes = [
            QueueFixture.outcome(.queued), QueueFixture.outcome(timeToLive: .milliseconds(999)), reserved,
        ]
        for outcome in outcomes {
            #expect(await queueFailure { try await queue.finish(lease, outcome: outcome) } == .invalidArgument)
        }
        await client.shutdown()
    }

    @Test func operations_serverKilled_throwUnavailableAndRecover() async throws {
        try await withQueue { fixture in
            let queue = fixture.queue
            try await fixture.enqueue(1)
            let lease = try await fixture.claim().lease
            try await fixture.server.kill()
            let start = ContinuousClock.now
            #expect(await queueFailure { try await fixture.enqueue(2) } == .unavailable)
            #expect(await queueFailure { try await queue.record(hash: lease.hash) } == .unavailable)
            #expect(await queueFailure { try await queue.claim(worker: "w", lease: .seconds(1)) } == .unavailable)
            #expect(await queueFailure { try await queue.heartbeat(lease, extend: .seconds(1)) } == .unavailable)
            #expect(await queueFailure { try await queue.waitForWork(timeout: .seconds(1)) } == .unavailable)
            #expect(ContinuousClock.now - start < .seconds(8))
            try await fixture.server.restart()
            let result = try await eventually { try await fixture.enqueue(2) }
            #expect(result == .created(position: 0))
        }
    }
}
