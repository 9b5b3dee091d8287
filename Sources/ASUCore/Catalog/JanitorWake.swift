/// Asks a waiting janitor to refresh the catalog now instead of at its next time.
///
/// The requests are a list in Redis, so that one that comes while the janitor works isn't lost; it is bounded in
/// length and time, as nobody may be listening.
package struct JanitorWake: Sendable {
    /// The requests kept; the newest stay.
    static let maxRequests = 16
    /// How long a request that nobody takes is kept.
    static let life = Duration.seconds(3600)
    /// A reason's length in characters.
    static let maxReason = 200
    /// The longest wait of one command: a connection that died unnoticed is found by then.
    private static let slice = Duration.seconds(60)

    private let redis: RedisClient
    private let keys: CatalogKeys

    package init(redis: RedisClient, keys: CatalogKeys = CatalogKeys()) {
        self.redis = redis
        self.keys = keys
    }

    /// Leaves a request for whichever janitor waits next.
    ///
    /// - Parameter reason: Why, in a line for its log; cut at 200 characters.
    /// - Throws: ``RedisError``.
    package func request(_ reason: String) async throws {
        _ = try await redis.eval(
            Self.requestScript,
            keys: [keys.wake],
            arguments: [
                .text(String(reason.prefix(Self.maxReason))), .integer(Int64(-Self.maxRequests)),
                .integer(Self.life.components.seconds),
            ]
        )
    }

    /// Waits for a request and takes all there are: one refresh answers them all.
    ///
    /// - Parameter limit: The longest wait.
    /// - Returns: The oldest reason, or `nil` when the time ran out.
    /// - Throws: ``RedisError``; `CancellationError` when the task is cancelled.
    package func wait(atMost limit: Duration) async throws -> String? {
        let clock = ContinuousClock()
        let end = clock.now + limit
        repeat {
            let time = min(end - clock.now, Self.slice)
            // Redis takes a time of 0 for "for ever".
            let milliseconds = max(time.milliseconds, 10)
            let seconds = "\(milliseconds / 1000).\(String(milliseconds % 1000 + 1000).dropFirst())"
            let reply = try await redis.blockingSend(RedisCommand("BLPOP", keys.wake, seconds), timeout: time)
            if let reason = reply.elements?.last?.text {
                _ = try await redis.send(RedisCommand("DEL", keys.wake))
                return reason
            }
        } while clock.now < end
        return nil
    }

    // KEYS: the list. ARGV: a reason, the first index kept, seconds to live.
    private static let requestScript = RedisScript(
        name: "janitor wake",
        """
        redis.call('RPUSH', KEYS[1], ARGV[1])
        redis.call('LTRIM', KEYS[1], ARGV[2], -1)
        redis.call('EXPIRE', KEYS[1], ARGV[3])
        return 1
        """
    )
}
