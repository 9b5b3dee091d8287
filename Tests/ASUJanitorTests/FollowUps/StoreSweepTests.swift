import ASUCore
import ASUTestSupport
import Foundation
import Synchronization
import Testing

@testable import ASUJanitor

@Suite(.timeLimit(.minutes(3))) struct StoreSweepTests {
    private typealias Fixture = FollowUpsFixture

    @Test func run_orphans_goAfterADay() async throws {
        try await Fixture.run { fixture in
            let orphan = try Fixture.path(1, token: 900)
            try await fixture.publish(orphan)
            try fixture.folder.write("x", to: "public/store/robots.txt")
            #expect(try await fixture.followUps(ahead: .seconds(86_000)).run().isEmpty)
            #expect(fixture.isThere(orphan))
            let summary = try await fixture.followUps(ahead: .seconds(87_000)).run()
            #expect(summary.orphanedPublications == 1)
            #expect(summary.description == "1 orphaned folders removed, 1 MB freed")
            #expect(!TemporaryDirectory.exists("\(fixture.store.root)/24.10.4"))
            #expect(TemporaryDirectory.exists("\(fixture.store.root)/robots.txt"))
        }
    }

    @Test func run_publicationInProgress_isKeptHoweverOldAndFull() async throws {
        try await Fixture.run { fixture in
            let job = try await fixture.claim(1)
            let path = try Fixture.path(1, token: job.lease.token)
            try await fixture.publish(path)
            // Not even one whose lease ran out a moment ago, while its worker may still renew it.
            let now = try await fixture.redis.send(RedisCommand("TIME")).elements?[0].int ?? 0
            let end = (now - 5) * 1000
            _ = try await fixture.redis.send(RedisCommand("ZADD", fixture.queue.keys.running, "XX", end, job.hash))
            let summary = try await fixture.followUps(ahead: Fixture.day * 30, storeBytes: 0).run()
            #expect(summary.isEmpty)
            #expect(summary.problems.map(\.step) == [.store])
            try await fixture.finish(job, path)
            #expect(fixture.isThere(path))
            let isServed = try await fixture.isServed(path)
            #expect(isServed)
        }
    }

    @Test func run_resultsWithoutNote_areKeptAndNoted() async throws {
        try await Fixture.run { fixture in
            let path = try await fixture.build(1)
            _ = try await fixture.redis.send(RedisCommand("DEL", fixture.queue.keys.published))
            #expect(try await fixture.followUps(ahead: Fixture.day * 30).run().isEmpty)
            #expect(fixture.isThere(path))
            let noted = try await fixture.redis.send(RedisCommand("ZCARD", fixture.queue.keys.published))
            #expect(noted.int == 1)
        }
    }

    @Test func run_overBudget_removesTheOldestResultsAndTheirRecords() async throws {
        try await Fixture.run { fixture in
            var paths: [PublicationPath] = []
            for number in 1...6 {
                paths.append(try await fixture.build(number))
                // Times of files have the resolution of the kernel's clock tick.
                try await Task.sleep(for: .milliseconds(20))
            }
            #expect(try await fixture.followUps(ahead: Fixture.hour, storeBytes: 6000).run().isEmpty)
            let summary = try await fixture.followUps(ahead: Fixture.hour, storeBytes: 3500).run()
            #expect(summary.evictedResults == 3)
            #expect(summary.freedBytes == 3000)
            #expect(summary.problems.isEmpty)
            for (index, path) in paths.enumerated() {
                #expect(fixture.isThere(path) == (index >= 3))
                let isServed = try await fixture.isServed(path)
                #expect(isServed == (index >= 3))
            }
            #expect(try await fixture.followUps(ahead: Fixture.hour, storeBytes: 3500).run().isEmpty)
        }
    }

    @Test func run_overBudgetByMoreThanTheCandidates_walksAgain() async throws {
        try await Fixture.run { fixture in
            for number in 1...9 { try await fixture.build(number) }
            let followUps = try fixture.followUps(ahead: Fixture.hour, storeBytes: 1000)
            var sweep = StoreSweep(
                queue: fixture.queue,
                store: fixture.store,
                limits: followUps.limits,
                now: followUps.now()
            )
            sweep.maxCandidates = 2
            var summary = FollowUpSummary()
            try await sweep.run(&summary)
            #expect(summary.evictedResults == 8)
        }
    }

    @Test func run_overBudgetByFreshResults_keepsThemAndSaysSo() async throws {
        try await Fixture.run { fixture in
            let path = try await fixture.build(1)
            let summary = try await fixture.followUps(storeBytes: 10).run()
            #expect(summary.isEmpty)
            #expect(fixture.isThere(path))
            #expect("\(summary.problems)".contains("1 MB more than store_size_mb"))
        }
    }

    @Test func run_killedAfterARecordWasEvicted_removesTheFilesNextTime() async throws {
        try await Fixture.run { fixture in
            let path = try await fixture.build(1)
            #expect(try await fixture.queue.evict(path))
            #expect(try await fixture.followUps().run().endedPublications == 1)
            #expect(!fixture.isThere(path))
        }
    }

    @Test func oldest_ofMany_areKeptInOrder() throws {
        var oldest = OldestPublications(capacity: 10)
        for number in (0..<1000).shuffled() {
            let modified = Date(timeIntervalSince1970: Double(number))
            oldest.insert(
                StoredPublication(path: try Fixture.path(number, token: 1), bytes: 1, modified: modified)
            )
        }
        #expect(oldest.sorted().map(\.modified.timeIntervalSince1970) == (0..<10).map(Double.init))
    }

    @Test func run_whileBuildsGoOn_keepsEveryServedFile() async throws {
        try await Fixture.run { fixture in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for round in 1...8 {
                        for number in 1...15 {
                            let path = try await fixture.build(number, revision: "r\(round)", replacing: "r\(round)")
                            let isServed = try await fixture.isServed(path)
                            // A folder may only be missing once its record is gone.
                            if isServed { #expect(fixture.isThere(path)) }
                        }
                    }
                }
                group.addTask {
                    while !Task.isCancelled {
                        _ = try await fixture.followUps(ahead: Fixture.day * 30, storeBytes: 1 << 40).run()
                    }
                }
                try await group.next()
                group.cancelAll()
                do { try await group.waitForAll() } catch is CancellationError {}
            }
            for number in 1...15 {
                let record = try #require(try await fixture.queue.record(hash: Fixture.hash(number)))
                #expect(fixture.isThere(try #require(record.binDir.flatMap { PublicationPath($0) })))
            }
        }
    }

    @Test func run_fiftyThousandPublications_needsLittleMemory() async throws {
        try await Fixture.run { fixture in
            let store = CountedStore(count: 50_000)
            let before = Self.residentBytes()
            let summary = try await fixture.followUps(ahead: Fixture.hour, storeBytes: 50_000, store: store).run()
            let grown = Self.residentBytes() - before
            #expect(summary.isEmpty)
            #expect(summary.problems.isEmpty)
            #expect(grown < 24 << 20, "grew by \(grown >> 10) KB")
        }
    }

    @Test func publications_ofAFullFolder_needLittleMemory() async throws {
        try await Fixture.run { fixture in
            let count = 4000
            for number in 0..<count {
                let path = try Fixture.path(number, token: 1)
                try FileManager.default.createDirectory(
                    atPath: "\(fixture.store.root)/\(path)",
                    withIntermediateDirectories: true
                )
            }
            let before = Self.residentBytes()
            let listing = fixture.store.publications()
            var found = 0
            while case let page = try await listing.next(100), !page.isEmpty { found += page.count }
            let grown = Self.residentBytes() - before
            #expect(found == count)
            #expect(grown < 8 << 20, "grew by \(grown >> 10) KB")
        }
    }

    private static func residentBytes() -> Int {
        let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
        return (text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 4096
    }
}

/// A store that says it has so many publications of one byte.
private struct CountedStore: ArtifactStore {
    let count: Int

    private final class Listing: PublicationListing {
        private let count: Int
        private let next = Mutex(0)

        init(_ count: Int) {
            self.count = count
        }

        func next(_ limit: Int) async throws -> [StoredPublication] {
            let start = next.withLock { next in
                defer { next += limit }
                return next
            }
            return try (start..<max(start, min(start + limit, count))).map {
                StoredPublication(path: try FollowUpsFixture.path($0, token: 1), bytes: 1, modified: Date())
            }
        }
    }

    func publications() -> any PublicationListing { Listing(count) }

    func stage(_ publication: PublicationPath) async throws -> String { "" }

    func publish(_ publication: PublicationPath, staged: String) async throws {}

    func discard(_ publication: PublicationPath, staged: String) async throws {}

    func remove(_ publication: PublicationPath) async throws -> Int64 { 0 }

    func staged(limit: Int) async throws -> [StagedPublication] { [] }

    func remove(_ staged: StagedPublication) async throws {}
}
