internal import Foundation
package import Logging
internal import Synchronization

/// Counts events in Redis, in batches and off the way of requests.
///
/// An event costs an append; a batch is summed up and written once a second in one pipeline. What can't be written is
/// dropped: statistics must not hold up builds.
package final class StatisticsRecorder: Sendable {
    /// Most events between two writes; more are dropped, and that is logged.
    private static let maxEvents = 20_000

    private let redis: RedisClient
    private let keys: StatisticsKeys
    private let logger: Logger
    private let events = Mutex<[(event: StatisticsEvent, at: Date)]>([])

    package init(redis: RedisClient, keys: StatisticsKeys = StatisticsKeys(), logger: Logger) {
        self.redis = redis
        self.keys = keys
        self.logger = logger
    }

    package func record(_ event: StatisticsEvent) {
        events.withLock { events in
            if events.count < Self.maxEvents { events.append((event, Date())) }
        }
    }

    /// Writes once an `interval` until cancelled, and a last time then.
    package func run(every interval: Duration) async {
        while !Task.isCancelled {
            do { try await Task.sleep(for: interval) } catch {}
            await flush()
        }
    }

    /// Adds to the fields of a hash, and to one for all others once it has as many as it may.
    private static let addBounded = RedisScript(
        name: "statistics-totals",
        """
        for index = 3, #ARGV, 2 do
            local field = ARGV[index]
            if redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[1]) and redis.call('HEXISTS', KEYS[1], field) == 0 then
                field = ARGV[2]
            end
            redis.call('HINCRBY', KEYS[1], field, ARGV[index + 1])
        end
        """
    )

    /// Writes what was recorded since the last time.
    package func flush() async {
        let batch = events.withLock { events in
            defer { events.removeAll(keepingCapacity: events.count < 1000) }
            return events
        }
        guard !batch.isEmpty else { return }
        var sums = StatisticsBatch(keys: keys)
        for (index, (event, date)) in batch.enumerated() {
            sums.add(event, at: date)
            // It runs where requests are answered: these go on in between.
            if index % 64 == 63 { await Task.yield() }
        }
        do {
            _ = try await redis.pipeline(sums.commands)
            for (key, counts) in sums.totals {
                let isClients = key == keys.totalClients
                let limit = isClients ? StatisticsKeys.maxClients : StatisticsKeys.maxPlaces
                let fields = counts.flatMap { [RedisArgument.text($0), .integer(Int64($1))] }
                _ = try await redis.eval(
                    Self.addBounded,
                    keys: [key],
                    arguments: [.integer(Int64(limit)), .text(StatisticsKeys.other)] + fields
                )
            }
        } catch {
            logger.warning("statistics can't be written", metadata: ["events": "\(batch.count)", "error": "\(error)"])
        }
    }
}
