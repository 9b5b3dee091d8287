import ASUCore
import ASUTestSupport
import Foundation
import NIOCore

/// A running asu-server with a catalog, one finished build, some queued ones, and a stored file.
struct ServerFixture: Sendable {
    /// Builds that wait before the one that is asked for.
    private static let waiting = 100

    let server: RunningProgram
    let port: Int
    let kinds: [RequestKind]
    private let queue: JobQueue
    private let redis: RedisClient
    private let keptBuilds: Set<String>
    private let queued: [(hash: String, request: ByteBuffer)]

    /// - Throws: what stands in the way, after which nothing of it runs.
    init(
        programs: Programs,
        upstream: Upstream,
        redisURL: String,
        redis: RedisClient,
        scratch: TemporaryDirectory
    ) async throws {
        self.redis = redis
        queue = JobQueue(redis: redis)
        let settings = upstream.settings.merging([
            "REDIS_URL": redisURL, "PUBLIC_PATH": scratch.file("public"), "CACHE_PATH": scratch.file("cache"),
            "MAX_PENDING_JOBS": "1000000",
        ]) { $1 }
        let environment = Programs.environment(settings)
        try await Programs.run(
            [programs.janitor, "init"],
            environment: environment,
            directory: scratch.path,
            log: scratch.file("janitor.log"),
            limit: .seconds(300)
        )
        let sample = try await SampleBuild(CatalogStore(redis: redis))
        let body = try sample.requestBody()
        let finished = try sample.job(body).hash
        try await Self.finish(body, sample, queue)
        var queued: [(hash: String, request: ByteBuffer)] = []
        for number in 0...Self.waiting {
            let (hash, job) = try sample.job(sample.requestBody(firstVersion: "99.0.\(number)"))
            queued.append((hash.text, ByteBuffer(bytes: try job.encoded())))
        }
        self.queued = queued
        keptBuilds = [queue.keys.build(finished.text)]
        let stored = "\(sample.version)/\(sample.target)/\(sample.profile)/benchmark.bin"
        try scratch.write((0..<4096).map { UInt8(truncatingIfNeeded: $0 &* 31) }, to: "public/store/\(stored)")
        let mark = "@number@"
        let numbered = try sample.requestBody(firstVersion: "99.1.\(mark)").components(separatedBy: mark)
        let unseen = try sample.requestBody(client: "owut/\(mark)").components(separatedBy: mark)
        let (build, last) = ("/api/v1/build", queued[Self.waiting].hash)
        kinds = [
            RequestKind(name: "hello", method: "GET", path: "/healthz", status: 200, isHello: true),
            RequestKind(name: "hello, HEAD", method: "HEAD", path: "/healthz", status: 200, isHello: true),
            RequestKind(name: "POST finished", method: "POST", path: build, body: .fixed(body), status: 200),
            // The server may know a body that it has seen before, so one kind never repeats.
            RequestKind(
                name: "POST finished, unseen",
                method: "POST",
                path: build,
                body: .numbered(unseen[0], unseen[1]),
                status: 200
            ),
            RequestKind(name: "GET finished", method: "GET", path: "\(build)/\(finished)", status: 200),
            RequestKind(name: "HEAD queued", method: "HEAD", path: "\(build)/\(last)", status: 202),
            RequestKind(
                name: "POST new",
                method: "POST",
                path: build,
                body: .numbered(numbered[0], numbered[1]),
                status: 202
            ),
            RequestKind(name: "store, 4 KB", method: "GET", path: "/store/\(stored)", status: 200),
            RequestKind(name: "overview.json", method: "GET", path: "/json/v1/overview.json", status: 200),
            RequestKind(
                name: "overview.json, 304",
                method: "GET",
                path: "/json/v1/overview.json",
                headers: ["If-None-Match": "*"],
                status: 304
            ),
            RequestKind(name: "index of an architecture", method: "GET", path: sample.indexPath, status: 200),
            RequestKind(
                name: "index of an architecture, 304",
                method: "GET",
                path: sample.indexPath,
                headers: ["If-None-Match": "*"],
                status: 304
            ),
        ]
        server = try await RunningProgram.start(
            [programs.server, "--hostname", "127.0.0.1", "--port", "0"],
            environment: environment,
            directory: scratch.path,
            log: scratch.file("server.log")
        )
        guard let port = server.announcement.split(separator: ":").last.flatMap({ Int($0) }) else {
            throw BenchmarkError("asu-server announced no port: \(server.announcement)")
        }
        self.port = port
        try await restoreQueue()
    }

    private static func finish(_ body: String, _ sample: SampleBuild, _ queue: JobQueue) async throws {
        let (hash, job) = try sample.job(body)
        _ = try await queue.enqueue(hash: hash.text, request: ByteBuffer(bytes: job.encoded()), maxPending: 1)
        guard let claimed = try await queue.claim(worker: "benchmark", lease: .seconds(60)) else {
            throw BenchmarkError("the job that was enqueued can't be claimed")
        }
        let result = Array(try sample.resultBody().utf8)
        let fields = [
            ResultField.v1: ByteBuffer(bytes: result),
            ResultField.v1Compressed: ByteBuffer(bytes: try Compression.gzip(result)),
        ]
        let outcome = FinishedBuild(
            state: .done,
            status: 200,
            revision: sample.revision,
            binDir: "benchmark",
            fields: fields,
            timeToLive: .seconds(86_400)
        )
        try await queue.finish(claimed.lease, outcome: outcome)
    }

    /// Removes what the load enqueued, so that every run begins with the same queue.
    ///
    /// - Returns: How many jobs there were besides ours.
    @discardableResult
    func restoreQueue() async throws -> Int {
        var removed = 0
        var cursor = "0"
        repeat {
            let scan = RedisCommand("SCAN", cursor, "MATCH", "\(queue.keys.buildPrefix)*", "COUNT", "2000")
            let reply = try await redis.send(scan).elements ?? []
            guard reply.count == 2, let next = reply[0].text else { throw BenchmarkError("SCAN answers nonsense") }
            cursor = next
            let names = (reply[1].elements ?? []).compactMap(\.text).filter { !keptBuilds.contains($0) }
            removed += names.count
            if !names.isEmpty {
                _ = try await redis.send(RedisCommand("UNLINK", arguments: names.map { .text($0) }))
            }
        } while cursor != "0"
        let keys = queue.keys
        _ = try await redis.send(RedisCommand("DEL", keys.waiting, keys.tickets, keys.wake))
        for (hash, request) in queued {
            _ = try await queue.enqueue(hash: hash, request: request, maxPending: 1_000_000)
        }
        return removed - queued.count
    }

    /// Sends one request of each kind and compares the answers' statuses with what is expected.
    func check() async throws {
        for kind in kinds {
            let url = "http://127.0.0.1:\(port)\(kind.path)"
            var arguments = ["curl", "-s", "-m", "10", "-o", "/dev/null", "-w", "%{http_code}", url]
            if kind.isHead { arguments.append("--head") }
            for (name, value) in kind.headers { arguments += ["-H", "\(name): \(value)"] }
            if let body = kind.sampleBody {
                arguments += ["-H", "Content-Type: application/json", "--data-binary", body]
            }
            let scratch = try TemporaryDirectory("asu-check")
            try await Programs.run(arguments, log: scratch.file("status"), limit: .seconds(20))
            let status = String(decoding: try TemporaryDirectory.contents(of: scratch.file("status")), as: UTF8.self)
            guard status == "\(kind.status)" else {
                throw BenchmarkError("\(kind.name): \(kind.status) was expected, the server answered \(status)")
            }
        }
        try await restoreQueue()
    }
}
