import ASUCore
import ASUTestSupport
import NIOCore
import Testing

/// Which published folders are still needed, by what the queue knows.
@Suite(.timeLimit(.minutes(2))) struct PublishedFolderTests {
    private static func folder(_ number: Int, token: Int64, target: String = "ath79/generic") throws -> PublicationPath
    {
        try #require(PublicationPath("SNAPSHOT/\(target)/box/\(QueueFixture.hash(number))/\(token)-0000beef"))
    }

    /// Builds job `number` and lets its result name a folder.
    private static func finish(
        _ fixture: QueueFixture,
        _ number: Int,
        target: String = "ath79/generic",
        revision: String = "r1",
        timeToLive: Duration = .seconds(86_400)
    ) async throws -> PublicationPath {
        try await fixture.enqueue(number, replacing: revision)
        let job = try await fixture.claim()
        let path = try folder(number, token: job.lease.token, target: target)
        try await fixture.queue.finish(
            job.lease,
            outcome: QueueFixture.outcome(revision: revision, binDir: path.description, timeToLive: timeToLive)
        )
        return path
    }

    private static func timeToLive(_ fixture: QueueFixture, _ number: Int) async throws -> Int64 {
        let key = fixture.queue.keys.build(QueueFixture.hash(number))
        return try await fixture.redis.send(RedisCommand("PTTL", key)).int ?? 0
    }

    /// Lets a record end now, and so much time pass since.
    private static func end(_ fixture: QueueFixture, _ path: PublicationPath, ago seconds: Int64) async throws {
        let now = try await fixture.redis.send(RedisCommand("TIME")).elements?[0].int ?? 0
        _ = try await fixture.redis.send(RedisCommand("DEL", fixture.queue.keys.build(path.hash.text)))
        let end = (now - seconds) * 1000
        _ = try await fixture.redis.send(RedisCommand("ZADD", fixture.queue.keys.published, end, path.description))
    }

    @Test func endedPublications_areThoseWhoseRecordEndedLongEnoughAgo() async throws {
        try await withQueue { fixture in
            let paths = [try await Self.finish(fixture, 1), try await Self.finish(fixture, 2)]
            let kept = try await Self.finish(fixture, 3)
            try await Self.end(fixture, paths[0], ago: 3700)
            try await Self.end(fixture, paths[1], ago: 3500)
            let found = try await fixture.queue.endedPublications(since: .seconds(3600))
            #expect(found.folders == [paths[0].description])
            #expect(!found.mayHaveMore)
            // Found again until they are forgotten.
            let all = try await fixture.queue.endedPublications(since: .zero, limit: 2)
            #expect(all.folders == paths.map(\.description))
            #expect(all.mayHaveMore)
            try await fixture.queue.forget(all.folders)
            #expect(try await fixture.queue.endedPublications(since: .zero).folders == [])
            #expect(try await fixture.queue.standings([kept]) == [.served])
        }
    }

    @Test func endedPublications_servedLongerThanNoted_arePutOff() async throws {
        try await withQueue { fixture in
            let path = try await Self.finish(fixture, 1)
            // As if the record had been kept longer by hand.
            _ = try await fixture.redis.send(RedisCommand("ZADD", fixture.queue.keys.published, 1, path.description))
            #expect(try await fixture.queue.endedPublications(since: .seconds(60)).folders == [])
            let end = try await fixture.redis.send(
                RedisCommand("ZSCORE", fixture.queue.keys.published, path.description)
            )
            #expect(Double(end.text ?? "").map { $0 > 1e12 } == true)
        }
    }

    @Test func endedPublications_skippingThoseThatStay_findsTheNext() async throws {
        try await withQueue { fixture in
            for number in 1...3 {
                try await Self.end(fixture, Self.finish(fixture, number), ago: Int64(100 - number))
            }
            let next = try await fixture.queue.endedPublications(since: .zero, skipping: 1, limit: 1)
            #expect(next.folders.first?.contains(QueueFixture.hash(2)) == true)
        }
    }

    @Test func finish_ofAReplacedBuild_endsTheOlderFolderAndKeepsItUntilThen() async throws {
        try await withQueue { fixture in
            let old = try await Self.finish(fixture, 1)
            try await fixture.enqueue(1, replacing: "r2")
            #expect(try await fixture.queue.standings([old]) == [.served])
            #expect(try await fixture.queue.endedPublications(since: .zero).folders == [])
            let job = try await fixture.claim()
            let new = try Self.folder(1, token: job.lease.token)
            // Published, and the result not told yet.
            #expect(try await fixture.queue.standings([old, new]) == [.served, .running])
            try await fixture.queue.finish(
                job.lease,
                outcome: QueueFixture.outcome(revision: "r2", binDir: new.description)
            )
            #expect(try await fixture.queue.standings([old, new]) == [.ended, .served])
            #expect(try await fixture.queue.endedPublications(since: .zero).folders == [old.description])
            #expect(try await fixture.queue.endedPublications(since: .seconds(3600)).folders == [])
        }
    }

    @Test func standings_ofAFolderWithoutResult_dependOnItsClaim() async throws {
        try await withQueue { fixture in
            try await fixture.enqueue(1)
            let job = try await fixture.claim()
            let mine = try Self.folder(1, token: job.lease.token)
            let stray = try Self.folder(1, token: job.lease.token + 100)
            let unheard = try Self.folder(2, token: 1)
            #expect(try await fixture.queue.standings([mine, stray, unheard]) == [.running, .unknown, .unknown])
            // A lease that ran out may still be renewed.
            try await fixture.expire(job.lease)
            #expect(try await fixture.queue.standings([mine]) == [.running])
            _ = try await fixture.queue.requeueExpired()
            #expect(try await fixture.queue.standings([mine]) == [.unknown])
        }
    }

    @Test func standings_servedButNotNoted_notesIt() async throws {
        try await withQueue { fixture in
            let path = try await Self.finish(fixture, 1)
            _ = try await fixture.redis.send(RedisCommand("DEL", fixture.queue.keys.published))
            #expect(try await fixture.queue.standings([path]) == [.served])
            _ = try await fixture.redis.send(RedisCommand("DEL", fixture.queue.keys.build(path.hash.text)))
            #expect(try await fixture.queue.standings([path]) == [.ended])
        }
    }

    @Test func evict_removesTheResultFirst() async throws {
        try await withQueue { fixture in
            let path = try await Self.finish(fixture, 1)
            #expect(try await fixture.queue.evict(path))
            #expect(try await fixture.queue.record(hash: path.hash.text) == nil)
            #expect(try await fixture.queue.endedPublications(since: .seconds(3600)).folders == [path.description])
        }
    }

    @Test func evict_ofAJobAtWork_leavesTheJob() async throws {
        try await withQueue { fixture in
            let old = try await Self.finish(fixture, 1)
            try await fixture.enqueue(1, replacing: "r2")
            #expect(try await fixture.queue.evict(old))
            let record = try #require(try await fixture.queue.record(hash: old.hash.text))
            #expect(record.state == .queued)
            #expect(record.binDir == nil)
            let job = try await fixture.claim()
            let running = try Self.folder(1, token: job.lease.token)
            #expect(try await !fixture.queue.evict(running))
            try await fixture.queue.heartbeat(job.lease, extend: .seconds(60))
        }
    }

    @Test func evict_ofAnOlderFolder_leavesTheNewResult() async throws {
        try await withQueue { fixture in
            let old = try await Self.finish(fixture, 1)
            let new = try await Self.finish(fixture, 1, revision: "r2")
            #expect(try await fixture.queue.evict(old))
            #expect(try await fixture.queue.record(hash: new.hash.text)?.binDir == new.description)
        }
    }

    @Test func expireResults_lowersTheTimeOfOldRevisionsOnly() async throws {
        try await withQueue { fixture in
            let old = try await Self.finish(fixture, 1)
            _ = try await Self.finish(fixture, 2, revision: "r2")
            _ = try await Self.finish(fixture, 3, target: "x86/64")
            _ = try await Self.finish(fixture, 4, timeToLive: .seconds(600))
            _ = try await Self.finish(fixture, 5)
            // Waits to be built anew.
            try await fixture.enqueue(5, replacing: "r2")
            let key = RevisionKey(try #require(Version("SNAPSHOT")), try #require(Target("ath79/generic")))
            let lowered = try await fixture.queue.expireResults(ofOtherThan: [key: "r2"], within: .seconds(3600))
            #expect(lowered == 1)
            var times: [Int64] = []
            for number in 1...5 { times.append(try await Self.timeToLive(fixture, number)) }
            #expect((3_500_000...3_600_000).contains(times[0]))
            #expect(times[1] > 80_000_000)
            #expect(times[2] > 80_000_000)
            #expect((500_000...600_000).contains(times[3]))
            #expect(times[4] == -1)
            #expect(try await fixture.queue.counts().waiting == 1)
            // Again changes nothing, and the folder's end moved with its record's.
            let again = try await fixture.queue.expireResults(ofOtherThan: [key: "r2"], within: .seconds(3600))
            #expect(again == 0)
            let end = try await fixture.redis.send(
                RedisCommand("ZSCORE", fixture.queue.keys.published, old.description)
            )
            let now = try await fixture.redis.send(RedisCommand("TIME")).elements?[0].int ?? 0
            #expect(Double(end.text ?? "").map { $0 < Double(now + 3601) * 1000 } == true)
        }
    }

    @Test func expireResults_ofMany_findsEachOnce() async throws {
        try await withQueue { fixture in
            for number in 1...1200 { _ = try await Self.finish(fixture, number) }
            let key = RevisionKey(try #require(Version("SNAPSHOT")), try #require(Target("ath79/generic")))
            let lowered = try await fixture.queue.expireResults(ofOtherThan: [key: "r2"], within: .seconds(3600))
            #expect(lowered == 1200)
        }
    }

    @Test func requeueExpired_since_leavesLeasesThatJustRanOut() async throws {
        try await withQueue { fixture in
            for number in 1...2 { try await fixture.enqueue(number) }
            let jobs = [try await fixture.claim(), try await fixture.claim()]
            try await fixture.expire(jobs[0].lease)
            let now = try await fixture.redis.send(RedisCommand("TIME")).elements?[0].int ?? 0
            let end = (now - 10) * 1000
            let set = RedisCommand("ZADD", fixture.queue.keys.running, "XX", end, jobs[1].hash)
            _ = try await fixture.redis.send(set)
            #expect(try await fixture.queue.requeueExpired(since: .seconds(30)) == [jobs[0].hash])
            #expect(try await fixture.queue.requeueExpired(since: .seconds(5)) == [jobs[1].hash])
        }
    }
}
