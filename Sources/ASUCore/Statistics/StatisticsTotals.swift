/// What was counted since Redis was set up: numbers that only grow, the same whichever server is asked.
package struct StatisticsTotals: Sendable, Equatable {
    /// A number of finished builds.
    package struct Place: Sendable, Equatable {
        /// ``StatisticsKeys/other`` for those that found no place of their own.
        package let version: String
        /// `<target>/<subtarget>`, or ``StatisticsKeys/other``.
        package let target: String
        package let count: Int64
    }

    /// A number of well-formed requests.
    package struct Client: Sendable, Equatable {
        /// As the client gave it, ``StatisticsKeys/other`` for those that found no place of their own.
        package let name: String
        package let version: String
        package let count: Int64
    }

    /// By kind; what wasn't counted is 0.
    package let counts: [StatisticsKeys.Count: Int64]
    /// Builds that gave images, by version and target.
    package let builds: [Place]
    /// Builds that gave none.
    package let failures: [Place]
    /// Requests by client and its version.
    package let clients: [Client]
}

extension StatisticsReader {
    /// Reads all totals in one write to Redis, each list sorted.
    ///
    /// - Throws: ``RedisError``.
    package func totals() async throws -> StatisticsTotals {
        let replies = try await redis.pipeline(
            [keys.totals, keys.totalBuilds, keys.totalFailures, keys.totalClients].map { RedisCommand("HGETALL", $0) }
        )
        let counts = Dictionary(Self.fields(replies[0]), uniquingKeysWith: +)
        return StatisticsTotals(
            counts: StatisticsKeys.Count.allCases.reduce(into: [:]) { $0[$1] = counts[$1.rawValue] ?? 0 },
            builds: Self.halves(replies[1], " ").map { .init(version: $0.first, target: $0.second, count: $1) },
            failures: Self.halves(replies[2], " ").map { .init(version: $0.first, target: $0.second, count: $1) },
            clients: Self.halves(replies[3], "/").map { .init(name: $0.first, version: $0.second, count: $1) }
        )
    }

    private struct Halves: Hashable {
        let first: String
        let second: String
    }

    /// Fields split in two, each pair once: `owut` and `owut/` are the same.
    ///
    /// What stands for all others is both halves.
    private static func halves(_ reply: RESPValue, _ separator: Character) -> [(Halves, Int64)] {
        var sums: [Halves: Int64] = [:]
        for (text, count) in fields(reply) {
            let parts = text.split(separator: separator, maxSplits: 1, omittingEmptySubsequences: false).map(
                String.init
            )
            let isOther = text == StatisticsKeys.other
            let halves = Halves(first: parts.first ?? "", second: isOther ? text : parts.count > 1 ? parts[1] : "")
            sums[halves, default: 0] += count
        }
        return sums.sorted { ($0.key.first, $0.key.second) < ($1.key.first, $1.key.second) }.map { ($0.key, $0.value) }
    }

    private static func fields(_ reply: RESPValue) -> [(String, Int64)] {
        let values = reply.elements ?? []
        return stride(from: 0, to: values.count - 1, by: 2).compactMap { index in
            guard let name = values[index].text, let count = values[index + 1].int else { return nil }
            return (name, count)
        }.sorted { $0.0 < $1.0 }
    }
}
