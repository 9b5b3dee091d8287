import ASUCore
import ASUTestSupport
import Foundation
import Logging
import NIOCore
import Testing

@testable import ASUJanitor

/// A queue and a store with results in them, and follow-ups whose clock goes as a test wants.
struct FollowUpsFixture: Sendable {
    let redis: RedisClient
    let queue: JobQueue
    let folder: TemporaryDirectory
    let store: LocalArtifactStore

    /// Runs `body` with a private Redis and an empty store.
    static func run(_ body: (FollowUpsFixture) async throws -> Void) async throws {
        try await withRedis { _, redis in
            let folder = try TemporaryDirectory("store")
            let store = LocalArtifactStore(publicPath: folder.file("public"))
            try await body(
                FollowUpsFixture(redis: redis, queue: JobQueue(redis: redis), folder: folder, store: store)
            )
        }
    }

    static let hour = Duration.seconds(3600)
    static let day = Duration.seconds(86_400)

    /// Follow-ups by a clock that is ahead.
    func followUps(
        ahead: Duration = .zero,
        storeBytes: Int64? = nil,
        store other: (any ArtifactStore)? = nil
    ) throws -> FollowUps {
        var limits = FollowUpLimits(settings: try Settings(file: nil, environment: [:]))
        limits.storeBytes = storeBytes
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        return FollowUps(queue: queue, store: other ?? store, limits: limits, logger: logger) {
            Date().addingTimeInterval(ahead / .seconds(1))
        }
    }

    static func hash(_ number: Int) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 64 - digits.count) + digits
    }

    static func path(_ number: Int, token: Int64, version: String = "24.10.4") throws -> PublicationPath {
        try #require(PublicationPath("\(version)/x86/64/box/\(hash(number))/\(token)-0000beef"))
    }

    /// Enqueues and claims a job.
    func claim(_ number: Int, replacing revision: String? = nil) async throws -> ClaimedJob {
        _ = try await queue.enqueue(
            hash: Self.hash(number),
            request: ByteBuffer(string: "request"),
            maxPending: 100_000,
            replacing: revision
        )
        return try #require(try await queue.claim(worker: "w", lease: .seconds(60)))
    }

    /// Puts files of 1000 bytes together into the store, as a worker does before it tells the result.
    func publish(_ path: PublicationPath) async throws {
        let staged = try await store.stage(path)
        try folder.write(
            [UInt8](repeating: 7, count: 1000),
            to: "public/incoming/\(staged.split(separator: "/").last ?? "")/a.bin"
        )
        try await store.publish(path, staged: staged)
    }

    /// Builds a job to the end.
    @discardableResult
    func build(
        _ number: Int,
        version: String = "24.10.4",
        revision: String = "r1",
        replacing: String? = nil
    ) async throws -> PublicationPath {
        let job = try await claim(number, replacing: replacing)
        let path = try Self.path(number, token: job.lease.token, version: version)
        try await publish(path)
        try await finish(job, path, revision: revision)
        return path
    }

    func finish(_ job: ClaimedJob, _ path: PublicationPath, revision: String = "r1") async throws {
        let outcome = FinishedBuild(
            state: .done,
            status: 200,
            revision: revision,
            binDir: path.description,
            timeToLive: Self.day * 7
        )
        try await queue.finish(job.lease, outcome: outcome)
    }

    /// Lets a result end: so long ago.
    func end(_ path: PublicationPath, ago: Duration) async throws {
        _ = try await redis.send(RedisCommand("DEL", queue.keys.build(path.hash.text)))
        try await endFolder(path, ago: ago)
    }

    func endFolder(_ path: PublicationPath, ago: Duration) async throws {
        let now = try await redis.send(RedisCommand("TIME")).elements?[0].int ?? 0
        let end = (now - ago.components.seconds) * 1000
        _ = try await redis.send(RedisCommand("ZADD", queue.keys.published, end, path.description))
    }

    func isThere(_ path: PublicationPath) -> Bool { TemporaryDirectory.exists("\(store.root)/\(path)/a.bin") }

    func isServed(_ path: PublicationPath) async throws -> Bool {
        try await queue.record(hash: path.hash.text)?.binDir == path.description
    }
}
