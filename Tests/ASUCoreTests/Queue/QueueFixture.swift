import ASUCore
import ASUTestSupport
import NIOCore
import Testing

/// A queue on a private server, and shortcuts for its tests.
struct QueueFixture: Sendable {
    let server: RedisServer
    let redis: RedisClient
    let queue: JobQueue

    /// A well-formed hash of a number.
    static func hash(_ number: Int) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 64 - digits.count) + digits
    }

    /// Enqueues the job with that number; its request is `request-<number>`.
    @discardableResult
    func enqueue(_ number: Int, maxPending: Int = 1000, replacing revision: String? = nil) async throws -> EnqueueResult
    {
        try await queue.enqueue(
            hash: Self.hash(number),
            request: ByteBuffer(string: "request-\(number)"),
            maxPending: maxPending,
            replacing: revision
        )
    }

    /// Claims a job, which must be there.
    func claim(_ worker: String = "worker-1") async throws -> ClaimedJob {
        try #require(try await queue.claim(worker: worker, lease: .seconds(60)))
    }

    /// The positions of jobs by number; `nil` where none is queued.
    func positions(_ numbers: ClosedRange<Int>) async throws -> [Int?] {
        var positions: [Int?] = []
        for number in numbers { positions.append(try await queue.record(hash: Self.hash(number))?.position) }
        return positions
    }

    /// Lets a lease end: writes an end that is past.
    func expire(_ lease: Lease) async throws {
        let changed = try await redis.send(RedisCommand("ZADD", queue.keys.running, "XX", "CH", "1", lease.hash))
        #expect(changed == .integer(1))
    }

    /// Makes a delayed job due.
    func makeDue(_ hash: String) async throws {
        let changed = try await redis.send(RedisCommand("ZADD", queue.keys.delayed, "XX", "CH", "1", hash))
        #expect(changed == .integer(1))
    }

    /// An outcome with one body.
    static func outcome(
        _ state: JobState = .done,
        revision: String? = "r1",
        binDir: String? = "a/b",
        timeToLive: Duration = .seconds(100)
    ) -> FinishedBuild {
        FinishedBuild(
            state: state,
            status: state == .done ? 200 : 500,
            revision: revision,
            binDir: binDir,
            fields: ["v1": ByteBuffer(string: "body")],
            timeToLive: timeToLive
        )
    }
}

/// Runs `body` with a queue on a private server.
func withQueue(_ body: (QueueFixture) async throws -> Void) async throws {
    try await withRedis { server, redis in
        try await body(QueueFixture(server: server, redis: redis, queue: JobQueue(redis: redis)))
    }
}

/// The code of the ``QueueError`` that `body` throws.
func queueFailure<Value>(_ body: () async throws -> Value) async -> QueueError.Code? {
    do {
        _ = try await body()
        return nil
    } catch {
        return (error as? QueueError)?.code
    }
}
