import ASUCore
import ASUTestSupport
import Foundation
import Logging
import NIOCore
import Testing

@testable import ASUJanitor

@Suite(.timeLimit(.minutes(3))) struct FollowUpsTests {
    private typealias Fixture = FollowUpsFixture

    @Test func run_nothingToDo_saysNothing() async throws {
        try await Fixture.run { fixture in
            let path = try await fixture.build(1)
            let summary = try await fixture.followUps(ahead: Fixture.day * 30).run()
            #expect(summary.isEmpty)
            #expect(summary.description == "")
            #expect(summary.problems.isEmpty)
            #expect(fixture.isThere(path))
        }
    }

    @Test func run_lostJobs_areQueuedAgainUnlessTheWorkerMayJustBeLate() async throws {
        try await Fixture.run { fixture in
            let lost = try await fixture.claim(1)
            let late = try await fixture.claim(2)
            let now = try await fixture.redis.send(RedisCommand("TIME")).elements?[0].int ?? 0
            for (job, ago) in [(lost, Int64(40)), (late, 10)] {
                let end = (now - ago) * 1000
                _ = try await fixture.redis.send(RedisCommand("ZADD", fixture.queue.keys.running, "XX", end, job.hash))
            }
            let summary = try await fixture.followUps().run()
            #expect(summary.requeuedJobs == 1)
            #expect(summary.description == "1 lost jobs requeued")
            #expect(try await fixture.queue.record(hash: lost.hash)?.state == .queued)
            try await fixture.queue.heartbeat(late.lease, extend: .seconds(60))
        }
    }

    @Test func run_moreLostJobsThanOneBatch_takesAll() async throws {
        try await Fixture.run { fixture in
            for number in 1...150 { _ = try await fixture.claim(number) }
            for number in 1...150 {
                let hash = Fixture.hash(number)
                _ = try await fixture.redis.send(RedisCommand("ZADD", fixture.queue.keys.running, "XX", 1, hash))
            }
            #expect(try await fixture.followUps().run().requeuedJobs == 150)
            #expect(try await fixture.queue.counts().running == 0)
        }
    }

    @Test func run_endedResult_losesItsFilesAnHourLater() async throws {
        try await Fixture.run { fixture in
            let path = try await fixture.build(1)
            let other = try await fixture.build(2)
            try await fixture.end(path, ago: .seconds(3500))
            // By the files' age alone it could go; the hour after the end counts.
            #expect(try await fixture.followUps(ahead: Fixture.day * 30).run().isEmpty)
            #expect(fixture.isThere(path))
            try await fixture.end(path, ago: .seconds(3700))
            let summary = try await fixture.followUps().run()
            #expect(summary.endedPublications == 1)
            #expect(summary.freedBytes == 1000)
            #expect(summary.description == "1 ended results' files removed, 1 MB freed")
            #expect(!fixture.isThere(path))
            #expect(fixture.isThere(other))
            #expect(try await fixture.followUps().run().isEmpty)
        }
    }

    @Test func run_rebuiltResult_losesTheOlderFolderOnly() async throws {
        try await Fixture.run { fixture in
            let old = try await fixture.build(1)
            let new = try await fixture.build(1, revision: "r2", replacing: "r2")
            #expect(try await fixture.followUps(ahead: Fixture.day * 30).run().isEmpty)
            #expect(fixture.isThere(old))
            try await fixture.endFolder(old, ago: Fixture.hour * 2)
            #expect(try await fixture.followUps().run().endedPublications == 1)
            #expect(!fixture.isThere(old))
            #expect(fixture.isThere(new))
            let isServed = try await fixture.isServed(new)
            #expect(isServed)
        }
    }

    @Test func run_servedResultThatIsNotedAsEnded_isKept() async throws {
        try await Fixture.run { fixture in
            let path = try await fixture.build(1)
            try await fixture.endFolder(path, ago: Fixture.day)
            #expect(try await fixture.followUps(ahead: Fixture.day * 30).run().isEmpty)
            #expect(fixture.isThere(path))
        }
    }

    @Test func run_folderThatCannotBeRemoved_isNamedAndHindersNoOther() async throws {
        try await Fixture.run { fixture in
            let paths = [try await fixture.build(1), try await fixture.build(2)]
            for (index, path) in paths.enumerated() {
                try await fixture.end(path, ago: Fixture.hour * (3 - index))
            }
            let followUps = try fixture.followUps(store: StubbornStore(base: fixture.store, keeps: paths[0]))
            let summary = try await followUps.run()
            #expect(summary.endedPublications == 1)
            #expect(summary.problems.map(\.step) == [.endedResults])
            #expect("\(summary.problems)".contains("1 folders can't be removed"))
            #expect("\(summary.problems)".contains("stuck"))
            #expect(fixture.isThere(paths[0]))
            #expect(!fixture.isThere(paths[1]))
            #expect(try await fixture.followUps().run().endedPublications == 1)
            #expect(!fixture.isThere(paths[0]))
        }
    }

    @Test func run_redisAway_removesNothingAndNamesEveryStep() async throws {
        try await withRedisServer { server in
            let folder = try TemporaryDirectory("store")
            let store = LocalArtifactStore(publicPath: folder.file("public"))
            let path = try Fixture.path(1, token: 1)
            try folder.write("image", to: "public/store/\(path)/a.bin")
            let redis = server.client()
            let fixture = Fixture(redis: redis, queue: JobQueue(redis: redis), folder: folder, store: store)
            await server.stop()
            let summary = try await fixture.followUps(ahead: Fixture.day * 30, storeBytes: 0).run()
            await redis.shutdown()
            #expect(summary.isEmpty)
            #expect(summary.problems.map(\.step) == [.lostJobs, .endedResults, .store])
            #expect(fixture.isThere(path))
        }
    }

    @Test func run_stagedFolders_goAfterADay() async throws {
        try await Fixture.run { fixture in
            let path = try Fixture.path(1, token: 1)
            let staged = try await fixture.store.stage(path)
            try fixture.folder.write("x", to: "public/incoming/\(path.hash)~2-0000beef.removed/a.bin")
            try fixture.folder.write("x", to: "public/incoming/by-hand/a.bin")
            #expect(try await fixture.followUps().run().isEmpty)
            // What is left of a removal goes after an hour.
            #expect(try await fixture.followUps(ahead: .seconds(3700)).run().staleFolders == 1)
            #expect(TemporaryDirectory.exists(staged))
            #expect(try await fixture.followUps(ahead: .seconds(87_000)).run().staleFolders == 1)
            #expect(!TemporaryDirectory.exists(staged))
            #expect(TemporaryDirectory.exists(fixture.folder.file("public/incoming/by-hand/a.bin")))
        }
    }

    @Test func run_stagedFolderOfARunningBuild_isKeptHoweverOld() async throws {
        try await Fixture.run { fixture in
            let job = try await fixture.claim(1)
            let staged = try await fixture.store.stage(Fixture.path(1, token: job.lease.token))
            #expect(try await fixture.followUps(ahead: Fixture.day * 30).run().isEmpty)
            #expect(TemporaryDirectory.exists(staged))
            try await fixture.queue.requeue(job.lease, reason: "x", countAttempt: true)
            #expect(try await fixture.followUps(ahead: Fixture.day * 30).run().staleFolders == 1)
        }
    }

    @Test func limits_budget_isTheSettings() throws {
        let unbounded = try Settings(file: nil, environment: ["STORE_SIZE_MB": "0"])
        #expect(FollowUpLimits(settings: unbounded).storeBytes == nil)
        #expect(FollowUpLimits(settings: try Settings(file: nil, environment: [:])).storeBytes == 100 << 30)
    }

    @Test func expireBuilds_ofASnapshot_leavesTheReleaseAndTheWaiting() async throws {
        try await Fixture.run { fixture in
            let snapshot = try await fixture.build(1, version: "24.10-SNAPSHOT")
            let release = try await fixture.build(2)
            _ = try await fixture.claim(3)
            let target = try #require(Target("x86/64"))
            let versions = try ["24.10-SNAPSHOT", "24.10.4"].map { try #require(Version($0)) }
            // The release's feeds moved on; its revision is as before.
            let expired = try await fixture.followUps().expireBuilds(
                ofOldRevisions: [(versions[0], target, "r2"), (versions[1], target, "r1")]
            )
            #expect(expired == 1)
            let ttl = try await fixture.redis.send(
                RedisCommand("PTTL", fixture.queue.keys.build(snapshot.hash.text))
            )
            #expect((1...3_600_000).contains(ttl.int ?? 0))
            let kept = try await fixture.redis.send(RedisCommand("PTTL", fixture.queue.keys.build(release.hash.text)))
            #expect((kept.int ?? 0) > 600_000_000)
            // An hour after that, the files go too: not before.
            #expect(try await fixture.followUps().run().isEmpty)
            #expect(fixture.isThere(snapshot))
        }
    }
}

/// A store that can't remove one folder.
private struct StubbornStore: ArtifactStore {
    let base: LocalArtifactStore
    let keeps: PublicationPath

    func stage(_ publication: PublicationPath) async throws -> String { try await base.stage(publication) }

    func publish(_ publication: PublicationPath, staged: String) async throws {
        try await base.publish(publication, staged: staged)
    }

    func discard(_ publication: PublicationPath, staged: String) async throws {
        try await base.discard(publication, staged: staged)
    }

    func publications() -> any PublicationListing { base.publications() }

    func remove(_ publication: PublicationPath) async throws -> Int64 {
        if publication == keeps { throw ArtifactStoreError(.failed, path: "\(publication)", reason: "stuck") }
        return try await base.remove(publication)
    }

    func staged(limit: Int) async throws -> [StagedPublication] { try await base.staged(limit: limit) }

    func remove(_ staged: StagedPublication) async throws { try await base.remove(staged) }
}
