import ASUCore
import NIOCore
import Testing

@Suite(.timeLimit(.minutes(2))) struct LeaseTests {
    @Test func claim_setsTheRecordAndCountsTheWorker() async throws {
        try await withQueue { fixture in
            try await fixture.enqueue(1)
            let job = try await fixture.claim("host:1")
            let record = try await fixture.queue.record(hash: job.hash)
            #expect(record?.state == .started)
            #expect(record?.step == "init")
            #expect(record?.position == nil)
            #expect(record?.attempt == 1)
            #expect(record?.worker == "host:1")
            #expect(record?.enqueuedAt == job.enqueuedAt)
            #expect((record?.startedAt ?? 0) >= job.enqueuedAt)
            #expect(job.lease.expiresAt >= job.enqueuedAt + 60_000)
            #expect(try await fixture.queue.counts() == QueueCounts(waiting: 0, delayed: 0, running: 1, workers: 1))
            try await fixture.queue.retire(worker: "host:1")
            #expect(try await fixture.queue.counts().workers == 0)
        }
    }

    @Test func claim_concurrently_handsOutEveryJobOnce() async throws {
        try await withQueue { fixture in
            for number in 0..<40 { try await fixture.enqueue(number) }
            let jobs = try await withThrowingTaskGroup(of: ClaimedJob?.self) { group in
                for worker in 0..<60 {
                    group.addTask { try await fixture.queue.claim(worker: "w\(worker)", lease: .seconds(60)) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let claimed = jobs.compactMap(\.self)
            #expect(Set(claimed.map(\.hash)).count == 40)
            #expect(claimed.count == 40)
            #expect(Set(claimed.map(\.lease.token)).count == 40)
        }
    }

    @Test func claim_expiredLease_comesFirstAndFencesTheLateWorker() async throws {
        try await withQueue { fixture in
            let queue = fixture.queue
            for number in 1...3 { try await fixture.enqueue(number) }
            let first = try await fixture.claim("slow")
            let second = try await fixture.claim("slow-too")
            try await fixture.expire(second.lease)
            try await fixture.expire(first.lease)
            let again = try await fixture.claim("quick")
            #expect(again.hash == first.hash)
            #expect(again.attempt == 2)
            #expect(again.lease.token > second.lease.token)
            #expect(again.request == first.request)
            #expect(again.lastError == "worker slow stopped renewing its lease")

            let late = first.lease
            #expect(await queueFailure { try await queue.heartbeat(late, extend: .seconds(60)) } == .leaseLost)
            #expect(await queueFailure { try await queue.progress(late, step: "building_image") } == .leaseLost)
            #expect(await queueFailure { try await queue.finish(late, outcome: QueueFixture.outcome()) } == .leaseLost)
            #expect(
                await queueFailure { try await queue.requeue(late, reason: "x", countAttempt: true) } == .leaseLost
            )
            let record = try await queue.record(hash: late.hash, fields: ["v1"])
            #expect(record?.state == .started)
            #expect(record?.step == "init")
            #expect(record?.fields == [:])
            try await queue.finish(again.lease, outcome: QueueFixture.outcome())
            #expect(try await fixture.claim().hash == second.hash)
            #expect(try await fixture.claim().hash == QueueFixture.hash(3))
        }
    }

    @Test func claim_shortLease_isTakenUpWhenItRanOut() async throws {
        try await withQueue { fixture in
            try await fixture.enqueue(1)
            let job = try #require(try await fixture.queue.claim(worker: "a", lease: .milliseconds(50)))
            let deadline = ContinuousClock.now + .seconds(10)
            var next: ClaimedJob?
            while next == nil, ContinuousClock.now < deadline {
                next = try await fixture.queue.claim(worker: "b", lease: .seconds(60))
                try await Task.sleep(for: .milliseconds(5))
            }
            #expect(next?.hash == job.hash)
            #expect((next?.lease.expiresAt ?? 0) >= job.lease.expiresAt + 60_000)
        }
    }

    @Test func heartbeat_renewsAlsoAfterTheEndIfNobodyClaimed() async throws {
        try await withQueue { fixture in
            try await fixture.enqueue(1)
            let job = try await fixture.claim()
            try await fixture.expire(job.lease)
            let renewed = try await fixture.queue.heartbeat(job.lease, extend: .seconds(600))
            #expect(renewed.token == job.lease.token)
            #expect(renewed.expiresAt > job.lease.expiresAt + 500_000)
            #expect(try await fixture.queue.claim(worker: "b", lease: .seconds(1)) == nil)
            try await fixture.queue.progress(renewed, step: "building_image")
            #expect(try await fixture.queue.record(hash: job.hash)?.step == "building_image")
        }
    }

    @Test func requeue_keepsTheTicketAndTellsTheReason() async throws {
        try await withQueue { fixture in
            for number in 1...4 { try await fixture.enqueue(number) }
            let first = try await fixture.claim()
            let second = try await fixture.claim()
            // Given back in either order, tickets decide.
            try await fixture.queue.requeue(first.lease, reason: "disk full", countAttempt: true)
            try await fixture.queue.requeue(second.lease, reason: "shutdown", countAttempt: false)
            #expect(try await fixture.positions(1...4) == [0, 1, 2, 3])
            let record = try await fixture.queue.record(hash: first.hash)
            #expect(record?.state == .queued)
            #expect(record?.step == nil)
            #expect(record?.worker == nil)
            #expect(record?.lastError == "disk full")
            let again = try await fixture.claim()
            #expect(again.hash == first.hash)
            #expect(again.attempt == 2)
            #expect(again.lastError == "disk full")
            let uncounted = try await fixture.claim()
            #expect(uncounted.hash == second.hash)
            #expect(uncounted.attempt == 1)
            #expect(try await fixture.claim().hash == QueueFixture.hash(3))
        }
    }

    @Test func requeue_betweenWaitingJobs_keepsListAndPositionsEqual() async throws {
        try await withQueue { fixture in
            for number in 1...6 { try await fixture.enqueue(number) }
            var leases: [Lease] = []
            for _ in 1...4 { leases.append(try await fixture.claim().lease) }
            for index in [3, 0, 2, 1] {
                try await fixture.queue.requeue(leases[index], reason: "x", countAttempt: true)
            }
            #expect(try await fixture.positions(1...6) == [0, 1, 2, 3, 4, 5])
            for number in 1...6 { #expect(try await fixture.claim().hash == QueueFixture.hash(number)) }
        }
    }

    @Test func requeue_withDelay_waitsAndThenComesFirst() async throws {
        try await withQueue { fixture in
            for number in 1...2 { try await fixture.enqueue(number) }
            let job = try await fixture.claim()
            try await fixture.queue.requeue(job.lease, reason: "upstream", delay: .seconds(600), countAttempt: true)
            #expect(try await fixture.queue.counts() == QueueCounts(waiting: 1, delayed: 1, running: 0, workers: 1))
            #expect(try await fixture.positions(1...2) == [0, 0])
            let second = try await fixture.claim()
            #expect(second.hash == QueueFixture.hash(2))
            #expect(try await fixture.queue.claim(worker: "w", lease: .seconds(1)) == nil)
            try await fixture.enqueue(3)
            try await fixture.makeDue(job.hash)
            let again = try await fixture.claim()
            #expect(again.hash == job.hash)
            #expect(again.attempt == 2)
            #expect(again.lastError == "upstream")
            #expect(try await fixture.queue.counts() == QueueCounts(waiting: 1, delayed: 0, running: 2, workers: 2))
        }
    }

    @Test func requeueExpired_putsThemInFrontInTicketOrder() async throws {
        try await withQueue { fixture in
            for number in 1...5 { try await fixture.enqueue(number) }
            var jobs: [ClaimedJob] = []
            for _ in 1...3 { jobs.append(try await fixture.claim("gone")) }
            try await fixture.expire(jobs[2].lease)
            try await fixture.expire(jobs[0].lease)
            #expect(try await fixture.queue.requeueExpired(limit: 1).count == 1)
            let rest = try await fixture.queue.requeueExpired()
            #expect(rest.count == 1)
            #expect(try await fixture.queue.requeueExpired() == [])
            #expect(try await fixture.positions(1...5) == [0, nil, 1, 2, 3])
            #expect(
                await queueFailure { try await fixture.queue.heartbeat(jobs[0].lease, extend: .seconds(1)) }
                    == .leaseLost
            )
            let again = try await fixture.claim()
            #expect(again.hash == jobs[0].hash)
            #expect(again.attempt == 2)
            #expect(again.lastError == "worker gone stopped renewing its lease")
        }
    }

    @Test func waitForWork_endsWithAnEnqueueAndLeavesNoHintsBehind() async throws {
        try await withQueue { fixture in
            #expect(try await !fixture.queue.waitForWork(timeout: .milliseconds(10)))
            async let woken = fixture.queue.waitForWork(timeout: .seconds(20))
            try await fixture.enqueue(1)
            #expect(try await woken)
            // Hints that nobody waited for do not outlive the work.
            for number in 2...400 { try await fixture.enqueue(number) }
            let hints = try await fixture.redis.send(RedisCommand("LLEN", fixture.queue.keys.wake)).int ?? 0
            #expect((1...256).contains(hints))
            while try await fixture.queue.claim(worker: "w", lease: .seconds(60)) != nil {}
            #expect(try await fixture.redis.send(RedisCommand("EXISTS", fixture.queue.keys.wake)) == .integer(0))
        }
    }

    @Test func claim_recordDeletedByHand_isSkipped() async throws {
        try await withQueue { fixture in
            for number in 1...3 { try await fixture.enqueue(number) }
            let running = try await fixture.claim()
            try await fixture.expire(running.lease)
            for number in 1...2 {
                let key = fixture.queue.keys.build(QueueFixture.hash(number))
                #expect(try await fixture.redis.send(RedisCommand("DEL", key)) == .integer(1))
            }
            #expect(try await fixture.claim().hash == QueueFixture.hash(3))
            #expect(try await fixture.queue.counts() == QueueCounts(waiting: 0, delayed: 0, running: 1, workers: 1))
        }
    }
}
