import ASUCore
import NIOCore
import Testing

@Suite(.timeLimit(.minutes(2))) struct EnqueueTests {
    @Test func enqueue_equalRequestsAtOnce_makeOneJob() async throws {
        try await withQueue { fixture in
            let results = try await withThrowingTaskGroup(of: EnqueueResult.self) { group in
                for _ in 0..<100 { group.addTask { try await fixture.enqueue(1) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(results.filter { $0 == .created(position: 0) }.count == 1)
            let others = results.compactMap { result in
                if case .existing(let record) = result { record } else { nil }
            }
            #expect(others.count == 99)
            #expect(others.allSatisfy { $0.state == .queued && $0.position == 0 && $0.enqueuedAt > 0 })
            #expect(try await fixture.queue.counts() == QueueCounts(waiting: 1, delayed: 0, running: 0, workers: 0))
        }
    }

    @Test func enqueue_manyRequestsAtOnce_eachGetsItsOwnPosition() async throws {
        try await withQueue { fixture in
            let positions = try await withThrowingTaskGroup(of: Int?.self) { group in
                for number in 0..<50 {
                    group.addTask {
                        if case .created(let position) = try await fixture.enqueue(number) { position } else { nil }
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(positions.compactMap(\.self).sorted() == Array(0..<50))
        }
    }

    @Test func claim_afterEnqueues_isFirstInFirstOut() async throws {
        try await withQueue { fixture in
            for number in 1...5 { try await fixture.enqueue(number) }
            for number in 1...5 {
                let job = try await fixture.claim()
                #expect(job.hash == QueueFixture.hash(number))
                #expect(job.request == ByteBuffer(string: "request-\(number)"))
                #expect(job.attempt == 1)
                #expect(job.lastError == nil)
            }
            #expect(try await fixture.queue.claim(worker: "w", lease: .seconds(1)) == nil)
        }
    }

    @Test func enqueue_requestAndExtraFields_reachTheWorkerUnchanged() async throws {
        try await withQueue { fixture in
            let request = ByteBuffer(bytes: (0...255).map { UInt8($0) } + Array("\r\n$-1\r\n".utf8))
            let extra = ["target": "ath79/generic", "version": "24.10.0"]
            _ = try await fixture.queue.enqueue(
                hash: QueueFixture.hash(1),
                request: request,
                extra: extra,
                maxPending: 1
            )
            let job = try await fixture.claim()
            #expect(job.request == request)
            #expect(job.extra == extra)
            let record = try await fixture.queue.record(hash: job.hash, fields: ["target", "missing"])
            #expect(record?.fields == ["target": ByteBuffer(string: "ath79/generic")])
        }
    }

    @Test func enqueue_maxPending_refusesOnlyNewJobs() async throws {
        try await withQueue { fixture in
            try await fixture.enqueue(1, maxPending: 2)
            try await fixture.enqueue(2, maxPending: 2)
            #expect(try await fixture.enqueue(3, maxPending: 2) == .full(pending: 2))
            guard case .existing = try await fixture.enqueue(2, maxPending: 2) else {
                Issue.record("an existing job was refused")
                return
            }
            // A delayed job still counts, a running one does not.
            let job = try await fixture.claim()
            try await fixture.queue.requeue(job.lease, reason: "x", delay: .seconds(60), countAttempt: true)
            #expect(try await fixture.enqueue(3, maxPending: 2) == .full(pending: 2))
            _ = try await fixture.claim()
            #expect(try await fixture.enqueue(3, maxPending: 2) == .created(position: 0))
            #expect(try await fixture.queue.record(hash: QueueFixture.hash(4)) == nil)
        }
    }

    @Test func enqueue_finished_isReplacedOnlyWhenStale() async throws {
        try await withQueue { fixture in
            try await fixture.enqueue(1)
            let first = try await fixture.claim()
            try await fixture.queue.finish(first.lease, outcome: QueueFixture.outcome(revision: "r1", binDir: "old"))
            for revision in [nil, "r1"] {
                guard case .existing(let record) = try await fixture.enqueue(1, replacing: revision) else {
                    Issue.record("replaced for \(String(describing: revision))")
                    return
                }
                #expect(record.state == .done)
                #expect(record.revision == "r1")
                #expect(record.position == nil)
            }
            #expect(try await fixture.enqueue(1, maxPending: 0, replacing: "r2") == .full(pending: 0))
            #expect(try await fixture.enqueue(1, replacing: "r2") == .created(position: 0))
            let record = try await fixture.queue.record(hash: first.hash, fields: ["v1"])
            #expect(record?.state == .queued)
            #expect(record?.status == nil)
            #expect(record?.fields == [:])
            #expect(record?.binDir == "old")
            #expect(
                try await fixture.redis.send(RedisCommand("TTL", fixture.queue.keys.build(first.hash))) == .integer(-1)
            )
            // A queued one is not replaced.
            guard case .existing = try await fixture.enqueue(1, replacing: "r3") else {
                Issue.record("a queued job was replaced")
                return
            }
            let second = try await fixture.claim()
            #expect(second.binDir == "old")
            #expect(try await fixture.queue.finish(second.lease, outcome: QueueFixture.outcome(binDir: "new")) == "old")
        }
    }

    @Test func enqueue_finishedWithoutRevision_isNotReplaced() async throws {
        try await withQueue { fixture in
            try await fixture.enqueue(1)
            let outcome = QueueFixture.outcome(.failed, revision: nil, binDir: nil)
            try await fixture.queue.finish(try await fixture.claim().lease, outcome: outcome)
            guard case .existing(let record) = try await fixture.enqueue(1, replacing: "r2") else {
                Issue.record("replaced")
                return
            }
            #expect(record.state == .failed)
        }
    }

    @Test func cancel_movesLaterJobsUpAndLeavesRunningOnes() async throws {
        try await withQueue { fixture in
            for number in 1...4 { try await fixture.enqueue(number) }
            #expect(try await fixture.positions(1...4) == [0, 1, 2, 3])
            #expect(try await fixture.queue.cancel(hash: QueueFixture.hash(2)))
            #expect(try await fixture.positions(1...4) == [0, nil, 1, 2])
            #expect(try await !fixture.queue.cancel(hash: QueueFixture.hash(2)))
            let job = try await fixture.claim()
            #expect(try await !fixture.queue.cancel(hash: job.hash))
            #expect(try await fixture.positions(1...4) == [nil, nil, 0, 1])
            try await fixture.queue.requeue(job.lease, reason: "x", delay: .seconds(60), countAttempt: true)
            #expect(try await fixture.queue.cancel(hash: job.hash))
            #expect(try await fixture.queue.counts() == QueueCounts(waiting: 2, delayed: 0, running: 0, workers: 1))
            #expect(try await fixture.claim().hash == QueueFixture.hash(3))
        }
    }

    @Test(arguments: ["", "a b", "a/b", "a:b", "\u{0}", "h\u{e4}sh", String(repeating: "a", count: 129)])
    func enqueue_badHash_throwsInvalidArgument(hash: String) async throws {
        let client = try makeClient("unix:///nonexistent/redis.sock")
        let queue = JobQueue(redis: client)
        #expect(await queueFailure { try await queue.record(hash: hash) } == .invalidArgument)
        #expect(await queueFailure { try await queue.cancel(hash: hash) } == .invalidArgument)
        await client.shutdown()
    }

    @Test(arguments: ["", "state", "request", "token", "bin_dir", "V1", "a b", String(repeating: "a", count: 65)])
    func enqueue_badExtraName_throwsInvalidArgument(name: String) async throws {
        let client = try makeClient("unix:///nonexistent/redis.sock")
        let queue = JobQueue(redis: client)
        let code = await queueFailure {
            try await queue.enqueue(hash: "a", request: ByteBuffer(), extra: [name: ""], maxPending: 1)
        }
        #expect(code == .invalidArgument)
        await client.shutdown()
    }
}
