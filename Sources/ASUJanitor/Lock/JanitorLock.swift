import ASUCore
import Foundation

/// One janitor acts at a time, however many are started: a key in Redis with a lease that is renewed.
struct JanitorLock: Sendable {
    let redis: RedisClient
    var keys = CatalogKeys()
    var lease = Duration.seconds(30)

    private var leaseMilliseconds: Int64 { Int64(lease / .milliseconds(1)) }

    /// Runs `body` with the lock's token, renewing the lease meanwhile; `body` is cancelled if the lock is lost.
    ///
    /// - Throws: ``LockError`` if another janitor is at work or took over, or what `body` throws.
    func hold<Value: Sendable>(_ body: @escaping @Sendable (String) async throws -> Value) async throws -> Value {
        let token = UUID().uuidString
        let taken = try await redis.send(
            RedisCommand("SET", keys.lock, token, "NX", "PX", leaseMilliseconds)
        )
        guard !taken.isNull else { throw LockError.held }
        let outcome: Result<Value, any Error>
        do {
            outcome = .success(try await whileRenewing(token, body))
        } catch {
            outcome = .failure(error)
        }
        // The lock ends by itself; a failure to release it must not hide the outcome.
        _ = try? await redis.eval(Self.release, keys: [keys.lock], arguments: [.text(token)])
        return try outcome.get()
    }

    private func whileRenewing<Value: Sendable>(
        _ token: String,
        _ body: @escaping @Sendable (String) async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value.self) { group in
            group.addTask { try await body(token) }
            group.addTask {
                while true {
                    try await Task.sleep(for: lease / 3)
                    let reply = try await redis.eval(
                        Self.renew,
                        keys: [keys.lock],
                        arguments: [.text(token), .integer(leaseMilliseconds)]
                    )
                    guard reply.int == 1 else { throw LockError.lost }
                }
            }
            defer { group.cancelAll() }
            guard let value = try await group.next() else { throw CancellationError() }
            return value
        }
    }

    private static let renew = RedisScript(
        name: "janitor-renew",
        "if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end return redis.call('PEXPIRE', KEYS[1], ARGV[2])"
    )
    private static let release = RedisScript(
        name: "janitor-release",
        "if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end return redis.call('DEL', KEYS[1])"
    )
}

/// Why the janitor may not act.
enum LockError: Error, CustomStringConvertible {
    case held
    case lost

    var description: String {
        switch self {
        case .held: "another asu-janitor is at work (its lock in Redis ends 30 s after it does); nothing was changed"
        case .lost: "another asu-janitor took over after a long silence; what was put in force before stays"
        }
    }
}
