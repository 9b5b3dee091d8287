import ASUCore
import ASUTestSupport
import Foundation
import NIOCore
import Testing

/// A real server on a private Redis with the sample catalog.
struct RunningServer: Sendable {
    let server: ServerProcess
    let redisServer: RedisServer
    let redis: RedisClient
    let queue: JobQueue
    let client: HTTPClient

    /// The one that a suite shares; see ``SharedServer``.
    @TaskLocal static var shared: RunningServer?

    init(server: ServerProcess, redisServer: RedisServer, redis: RedisClient) {
        self.server = server
        self.redisServer = redisServer
        self.redis = redis
        queue = JobQueue(redis: redis)
        var configuration = HTTPClient.Configuration(userAgent: "owut/1.0")
        configuration.usesEnvironmentProxy = false
        client = HTTPClient(configuration: configuration)
    }

    var url: String { server.url }
    var raw: RawClient { RawClient(port: server.port) }

    /// The shared server, its queue and records emptied.
    static func current() async throws -> RunningServer {
        let running = try #require(shared, "the suite lacks the trait .sharedServer")
        try await running.clearQueue()
        return running
    }

    /// Starts a server, lets `body` use it and ends both; the server must end cleanly.
    static func with(
        settings: [String: String] = [:],
        arguments: [String] = [],
        _ body: (RunningServer) async throws -> Void
    ) async throws {
        try await withRedis { redisServer, redis in
            try await SampleCatalog.publish(to: redis)
            let server = try await ServerProcess.start(
                redis: "\(redisServer.url)",
                settings: ["BRANCHES": SampleCatalog.branches].merging(settings) { _, new in new },
                arguments: arguments
            )
            let running = RunningServer(server: server, redisServer: redisServer, redis: redis)
            defer { running.client.shutdown() }
            try await body(running)
            let ending = try await server.stop()
            let log = try server.log()
            #expect(ending == .exited(0), "\(log)")
        }
    }

    func clearQueue() async throws {
        for pattern in ["asu:queue:*", "asu:build:*", "asu:workers"] {
            let keys = try await redis.send(RedisCommand("KEYS", pattern)).elements?.compactMap(\.text) ?? []
            if !keys.isEmpty { _ = try await redis.pipeline(keys.map { RedisCommand("DEL", $0) }) }
        }
    }

    /// Sends a request by libcurl.
    func send(
        _ path: String,
        _ method: HTTPFetch.Method = .get,
        headers: [(name: String, value: String)] = [],
        body: String = ""
    ) async throws -> HTTPReply {
        try await client.fetch(
            HTTPFetch(
                url + path,
                method: method,
                headers: headers,
                body: Array(body.utf8),
                timeout: .seconds(20),
                followsRedirects: false
            )
        )
    }

    /// Posts a build request.
    func post(_ request: JSONValue, headers: [(name: String, value: String)] = []) async throws -> HTTPReply {
        try await send("/api/v1/build", .post, headers: headers, body: request.text)
    }

    /// Puts a file below `store/` of the server's folder.
    func put(_ bytes: [UInt8], _ path: String) throws {
        let file = URL(fileURLWithPath: server.publicPath + "/store/" + path)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
    }
}

extension RunningServer {
    /// Posts `request` and returns its hash; the answer must be 202.
    func enqueue(_ request: JSONValue) async throws -> String {
        let reply = try await post(request)
        try #require(reply.status == 202, "\(reply.text)")
        return try #require(reply.json["request_hash"]?.string)
    }

    /// Claims the only waiting job.
    func claim() async throws -> ClaimedJob {
        try #require(try await queue.claim(worker: "worker-1", lease: .seconds(60)))
    }

    /// What a worker gets when it claims the only waiting job.
    func claimedJob() async throws -> BuildJob {
        try BuildJob(encoded: Array(buffer: await claim().request))
    }

    /// Claims the only waiting job and finishes it.
    func finish(
        _ state: JobState,
        body: String,
        revision: String? = nil,
        binDir: String? = nil
    ) async throws {
        let bytes = Array(body.utf8)
        try await queue.finish(
            claim().lease,
            outcome: FinishedBuild(
                state: state,
                status: state == .done ? 200 : 500,
                revision: revision,
                binDir: binDir,
                fields: [
                    ResultField.v1: ByteBuffer(bytes: bytes),
                    ResultField.v1Compressed: ByteBuffer(bytes: try Compression.gzip(bytes)),
                ],
                timeToLive: .seconds(100)
            )
        )
    }
}

/// One server for all tests of a suite, which must be serialized: they share its queue.
struct SharedServer: SuiteTrait, TestScoping {
    var settings: [String: String] = [:]

    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @Sendable () async throws -> Void
    ) async throws {
        try await RunningServer.with(settings: settings) { running in
            try await RunningServer.$shared.withValue(running) { try await function() }
        }
    }
}

extension Trait where Self == SharedServer {
    static var sharedServer: SharedServer { SharedServer() }
}

/// The server's answers, with one server for all.
@Suite(.serialized, .sharedServer)
enum ServerTests {}
