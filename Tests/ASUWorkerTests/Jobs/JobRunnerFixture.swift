import ASUCore
import ASUTestSupport
import Foundation
import Logging
import NIOCore

@testable import ASUWorker

/// A worker's parts around a stubbed sandbox: a real Redis, store, ImageBuilder server and cache.
struct JobRunnerFixture: Sendable {
    let server: RedisServer
    let redis: RedisClient
    let queue: JobQueue
    let upstream: SignedUpstream
    let folder: TemporaryDirectory
    let sandbox: StubSandbox
    var settings: Settings
    let kind: Settings.SandboxKind

    /// Runs `body` with these parts.
    static func run(
        _ sandbox: StubSandbox = StubSandbox(),
        kind: Settings.SandboxKind = .bubblewrap,
        lease: Duration = .seconds(30),
        maxAttempts: Int = 3,
        allowsDefaults: Bool = false,
        _ body: (JobRunnerFixture) async throws -> Void
    ) async throws {
        let upstream = try await SignedUpstream.start()
        try await upstream.publish()
        try await withRedis { server, redis in
            let folder = try TemporaryDirectory("worker")
            var fixture = JobRunnerFixture(
                server: server,
                redis: redis,
                queue: JobQueue(redis: redis),
                upstream: upstream,
                folder: folder,
                sandbox: sandbox,
                settings: try Settings(file: nil, environment: [:]),
                kind: kind
            )
            fixture.settings.publicPath = folder.file("public")
            fixture.settings.lease = lease
            fixture.settings.maxAttempts = maxAttempts
            fixture.settings.allowDefaults = allowsDefaults
            try await body(fixture)
        }
    }

    static let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

    /// The door, whose socket is at `<folder>/door/door.sock`.
    func door() throws -> PackageDoor {
        try PackageDoor(
            address: kind == .bubblewrap ? .socket(folder.file("door/door.sock")) : .loopback,
            cache: PackageCache(folder: folder.file("packages"), client: upstream.client, logger: Self.logger),
            logger: Self.logger
        )
    }

    func runner() throws -> JobRunner {
        let limits = SandboxLimits(wallTime: .seconds(600))
        let cache = ImageBuilderCache(
            folder: folder.file("imagebuilders"),
            locator: ImageBuilderLocator(
                baseURL: upstream.nginx.url,
                client: upstream.client,
                keys: upstream.keys
            ),
            client: upstream.client,
            preparation: ImageBuilderPreparation(sandbox: sandbox, limits: limits),
            budget: DiskBudget(
                imageBuilders: folder.file("imagebuilders"),
                packages: folder.file("packages"),
                maxBytes: 1 << 30,
                logger: Self.logger
            ),
            logger: Self.logger
        )
        let build = ImageBuild(
            imageBuilders: cache,
            sandbox: sandbox,
            sandboxKind: kind,
            limits: limits,
            door: try door(),
            catalog: CatalogStore(redis: redis),
            upstreamURL: upstream.nginx.url,
            policy: settings.requestPolicy,
            jobsFolder: folder.file("jobs"),
            workspacePath: nil,
            logger: Self.logger
        )
        return JobRunner(
            queue: queue,
            store: LocalArtifactStore(publicPath: settings.publicPath),
            build: build,
            settings: settings,
            statistics: StatisticsRecorder(redis: redis, logger: Self.logger),
            logger: Self.logger
        )
    }

    /// Enqueues a job.
    ///
    /// - Returns: Its hash.
    @discardableResult
    func enqueue(_ job: BuildJob) async throws -> String {
        let hash = RequestHash(job.request).text
        _ = try await queue.enqueue(hash: hash, request: ByteBuffer(bytes: job.encoded()), maxPending: 10)
        return hash
    }

    /// Claims the one job there is.
    func claim(_ worker: String = "w1") async throws -> ClaimedJob {
        guard let job = try await queue.claim(worker: worker, lease: settings.lease) else {
            throw TestSupportError("there is no job to claim")
        }
        return job
    }

    /// Lets a job's lease end, or its pause, now.
    func expire(_ hash: String) async throws {
        for key in [queue.keys.running, queue.keys.delayed] {
            _ = try await redis.send(RedisCommand("ZADD", key, "XX", "1", hash))
        }
    }

    func record(_ hash: String) async throws -> BuildRecord {
        guard let record = try await queue.record(hash: hash, fields: [ResultField.v1]) else {
            throw TestSupportError("there is no record")
        }
        return record
    }

    /// The stored answer.
    func body(_ record: BuildRecord) throws -> [String: JSONValue] {
        guard let body = record.fields[ResultField.v1] else { throw TestSupportError("there is no answer") }
        return try JSONDecoder().decode([String: JSONValue].self, from: Data(body.readableBytesView))
    }

    /// Seconds until the record goes.
    func timeToLive(_ hash: String) async throws -> Int64 {
        let reply = try await redis.send(RedisCommand("PTTL", queue.keys.build(hash)))
        return (reply.int ?? -1) / 1000
    }

    /// Every file in the store and in its staging folder.
    func publishedFiles() -> [String] {
        ["store", "incoming"].flatMap { part in
            (FileManager.default.subpaths(atPath: folder.file("public/\(part)")) ?? [])
                .filter {
                    var isFolder: ObjCBool = false
                    let path = folder.file("public/\(part)/\($0)")
                    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
                }
        }
    }

    /// What lies in the folder of the jobs' own folders.
    func jobFolders() throws -> [String] {
        guard TemporaryDirectory.exists(folder.file("jobs")) else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: folder.file("jobs"))
    }
}
