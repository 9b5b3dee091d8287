package import Foundation

/// Reads what ``StatisticsRecorder`` counted.
package struct StatisticsReader: Sendable {
    let redis: RedisClient
    let keys: StatisticsKeys

    package init(redis: RedisClient, keys: StatisticsKeys = StatisticsKeys()) {
        self.redis = redis
        self.keys = keys
    }

    /// One day's counts; what wasn't counted is 0.
    package typealias Counts = [StatisticsKeys.Count: Int]

    /// The counts of `days` days up to and with `last`, oldest first.
    package func counts(days: Int, upTo last: Day) async throws -> [(day: Day, counts: Counts)] {
        let range = (0..<days).reversed().map { last - $0 }
        let commands = range.map { day in
            RedisCommand(
                "HMGET",
                arguments: [.text(keys.day(day))] + StatisticsKeys.Count.allCases.map { .text($0.rawValue) }
            )
        }
        let replies = try await redis.pipeline(commands)
        return zip(range, replies).map { day, reply in
            var counts: Counts = [:]
            for (kind, value) in zip(StatisticsKeys.Count.allCases, reply.elements ?? []) {
                counts[kind] = value.int.map { Int(clamping: $0) } ?? 0
            }
            return (day, counts)
        }
    }

    /// How many builds were finished in the 24 hours before `date`, by whole hours.
    package func buildsOfADay(before date: Date) async throws -> Int {
        let seconds = Int(date.timeIntervalSince1970)
        let commands = (0..<24).map { hours in
            let hour = seconds - hours * 3600
            let day = Day(number: hour / 86_400)
            return RedisCommand("HGET", keys.day(day), StatisticsBatch.builtField(hour: hour % 86_400 / 3600))
        }
        return try await redis.pipeline(commands).reduce(0) { $0 + Int(clamping: $1.int ?? 0) }
    }

    /// Finished builds by version for `weeks` weeks up to that of `last`, oldest first; each begins on a Monday.
    package func versions(weeks: Int, upTo last: Day) async throws -> [(monday: Day, builds: [String: Int])] {
        let range = (0..<weeks).reversed().map { last.monday - $0 * 7 }
        let replies = try await redis.pipeline(
            range.map { RedisCommand("ZRANGE", keys.week($0), 0, -1, "WITHSCORES") }
        )
        return zip(range, replies).map { (monday: $0, builds: Self.scores($1)) }
    }

    /// The packages asked for most in the 30 days up to `last`.
    ///
    /// - Parameters:
    ///   - branch: One branch only; `nil` counts all.
    ///   - count: How many.
    ///   - last: The last day that counts.
    /// - Returns: Most asked for first; equal ones by name.
    /// - Throws: ``RedisError``.
    package func topPackages(
        branch: String?,
        count: Int,
        upTo last: Day
    ) async throws -> [(name: String, count: Int)] {
        let days = (0..<30).map { RedisArgument.text(keys.packages(last - $0, branch: branch)) }
        let union = keys.top(branch: branch)
        let replies = try await redis.pipeline([
            RedisCommand("ZUNIONSTORE", arguments: [.text(union), .integer(Int64(days.count))] + days),
            RedisCommand("EXPIRE", union, 60),
            RedisCommand("ZREVRANGE", union, 0, count - 1, "WITHSCORES"),
        ])
        return Self.scores(replies[2]).sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .map { (name: $0.key, count: $0.value) }
    }

    /// The last failures, newest first, as `time version:target:profile message`.
    package func errors(_ count: Int) async throws -> [String] {
        let reply = try await redis.send(RedisCommand("LRANGE", keys.errors, 0, count - 1))
        return (reply.elements ?? []).compactMap(\.text)
    }

    private static func scores(_ reply: RESPValue) -> [String: Int] {
        let values = reply.elements ?? []
        var scores: [String: Int] = [:]
        for index in stride(from: 0, to: values.count - 1, by: 2) {
            guard let name = values[index].text, let score = values[index + 1].text.flatMap({ Double($0) }) else {
                continue
            }
            scores[name] = Int(score)
        }
        return scores
    }
}
