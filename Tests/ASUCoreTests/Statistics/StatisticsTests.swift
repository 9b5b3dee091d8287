import ASUTestSupport
import Foundation
import Logging
import Testing

@testable import ASUCore

@Suite(.timeLimit(.minutes(1))) struct StatisticsTests {
    private static let day = Day(number: 20_780)

    private static func request(_ packages: [String], client: String? = "owut/1") throws -> BuildRequest {
        var body = BuildRequestBody(
            version: "24.10.4",
            target: "ath79/generic",
            profile: "8dev_carambola2",
            packages: packages
        )
        body.client = client
        return try BuildRequest(body, limits: .admitted)
    }

    private static func job(_ request: BuildRequest) throws -> BuildJob {
        BuildJob(request: request, profile: request.profile, architecture: "mips_24kc", revision: "r1-abc")
    }

    @Test func day_isByUTCAndKnowsItsMonday() {
        let date = Date(timeIntervalSince1970: 20_780 * 86_400 + 86_399)
        #expect(Day(date) == Self.day)
        #expect(Self.day.description == "2026-11-23")
        #expect(Self.day.monday == Self.day)
        #expect((Self.day - 1).monday == Self.day - 7)
        #expect(Day(number: 0).description == "1970-01-01")
        #expect(Day(number: 0).monday.description == "1969-12-29")
    }

    @Test func events_areCountedInBatches() async throws {
        try await withRedis { _, redis in
            let recorder = StatisticsRecorder(redis: redis, logger: Logger(label: "test"))
            let reader = StatisticsReader(redis: redis)
            let request = try Self.request(["luci", "tmux", "-ppp"])
            for _ in 0..<3 { recorder.record(.request(request, isHit: true)) }
            recorder.record(.request(try Self.request(["luci"], client: nil), isHit: false))
            recorder.record(.success(try Self.job(request)))
            recorder.record(.failure(try Self.job(request), message: "Selected packages exceed device storage\nmore"))
            let today = Day(Date())
            #expect(try await reader.counts(days: 1, upTo: today).first?.counts[.requests] == 0)
            await recorder.flush()
            let counts = try #require(try await reader.counts(days: 2, upTo: today).last?.counts)
            #expect(counts[.requests] == 4)
            #expect(counts[.cacheHits] == 3)
            #expect(counts[.cacheMisses] == 1)
            #expect(counts[.successes] == 1)
            #expect(counts[.failures] == 1)
            #expect(try await reader.buildsOfADay(before: Date()) == 2)
            let top = try await reader.topPackages(branch: nil, count: 10, upTo: today)
            #expect(top.map(\.name) == ["luci", "tmux"])
            #expect(top.map(\.count) == [4, 3])
            #expect(try await reader.topPackages(branch: "24.10", count: 1, upTo: today).map(\.name) == ["luci"])
            #expect(try await reader.topPackages(branch: "23.05", count: 1, upTo: today).isEmpty)
            let weeks = try await reader.versions(weeks: 26, upTo: today)
            #expect(weeks.count == 26)
            #expect(weeks.last?.builds == ["24.10.4": 2])
            let errors = try await reader.errors(10)
            #expect(errors.count == 1)
            #expect(
                errors[0].hasSuffix(" 24.10.4:ath79/generic:8dev_carambola2 Selected packages exceed device storage")
            )
            // Nothing is written twice, and nothing stays for ever.
            await recorder.flush()
            #expect(try await reader.counts(days: 1, upTo: today).first?.counts[.requests] == 4)
            for key in try await redis.send(RedisCommand("KEYS", "asu:stats:*")).elements ?? [] {
                guard let name = key.text, name != "asu:stats:errors" else { continue }
                #expect(try await redis.send(RedisCommand("TTL", name)).int ?? 0 > 0, "\(name)")
            }
        }
    }

    @Test func totals_growAndTellPlacesAndClientsApart() async throws {
        try await withRedis { _, redis in
            let recorder = StatisticsRecorder(redis: redis, logger: Logger(label: "test"))
            let reader = StatisticsReader(redis: redis)
            #expect(try await reader.totals().counts[.requests] == 0)
            let request = try Self.request(["luci"])
            for _ in 0..<2 {
                recorder.record(.request(request, isHit: true))
                recorder.record(.request(try Self.request([], client: nil), isHit: false))
                recorder.record(.success(try Self.job(request)))
                recorder.record(.failure(try Self.job(request), message: "m"))
                await recorder.flush()
            }
            let totals = try await reader.totals()
            #expect(totals.counts[.requests] == 4)
            #expect(totals.counts[.cacheHits] == 2)
            #expect(totals.counts[.successes] == 2)
            #expect(totals.builds == [.init(version: "24.10.4", target: "ath79/generic", count: 2)])
            #expect(totals.failures == totals.builds)
            #expect(
                totals.clients == [
                    .init(name: "owut", version: "1", count: 2), .init(name: "unknown", version: "0", count: 2),
                ]
            )
            // They aren't of a day, and stay.
            #expect(try await redis.send(RedisCommand("TTL", "asu:totals")).int == -1)
        }
    }

    @Test func totals_ofManyClients_areBounded() async throws {
        try await withRedis { _, redis in
            let recorder = StatisticsRecorder(redis: redis, logger: Logger(label: "test"))
            recorder.record(.request(try Self.request([], client: "owut/1"), isHit: true))
            await recorder.flush()
            for number in 0..<1000 {
                recorder.record(.request(try Self.request([], client: "made-up/\(number)"), isHit: true))
            }
            recorder.record(.request(try Self.request([], client: "owut/1"), isHit: true))
            await recorder.flush()
            let clients = try await StatisticsReader(redis: redis).totals().clients
            #expect(clients.count == StatisticsKeys.maxClients + 1)
            #expect(clients.contains(.init(name: "owut", version: "1", count: 2)))
            #expect(clients.contains(.init(name: "other", version: "other", count: 801)))
        }
    }

    @Test func errors_areBounded() async throws {
        try await withRedis { _, redis in
            let recorder = StatisticsRecorder(redis: redis, logger: Logger(label: "test"))
            let job = try Self.job(try Self.request([]))
            for number in 0..<600 { recorder.record(.failure(job, message: "failure \(number)")) }
            await recorder.flush()
            let errors = try await StatisticsReader(redis: redis).errors(1000)
            #expect(errors.count == StatisticsKeys.maxErrors)
            #expect(errors.first?.hasSuffix("failure 599") == true)
        }
    }

    @Test func redisAway_eventsAreDroppedWithoutHarm() async throws {
        try await withRedis { server, redis in
            let recorder = StatisticsRecorder(redis: redis, logger: Logger(label: "test"))
            try await server.kill()
            recorder.record(.request(try Self.request(["luci"]), isHit: true))
            await recorder.flush()
            try await server.restart()
            await recorder.flush()
        }
    }
}
