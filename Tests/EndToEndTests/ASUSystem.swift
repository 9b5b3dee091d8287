import ASUCore
import ASUTestSupport
import Foundation

/// The whole system as an operator would start it: redis-server, an upstream behind nginx, and the three programs.
final class ASUSystem: Sendable {
    let folder: TemporaryDirectory
    let redis: RedisServer
    let nginx: NginxServer
    let client: HTTPClient
    private let settings: [String: String]

    /// One answer, its body parsed.
    struct Reply: Sendable {
        let status: Int
        let headers: HTTPReplyHeaders
        let body: [String: JSONValue]

        subscript(name: String) -> JSONValue? { body[name] }
        var detail: String { body["detail"]?.string ?? "" }
        var hash: String { body["request_hash"]?.string ?? "" }
    }

    private init(
        folder: TemporaryDirectory,
        redis: RedisServer,
        nginx: NginxServer,
        settings: [String: String]
    ) {
        self.folder = folder
        self.redis = redis
        self.nginx = nginx
        self.settings = settings
        client = HTTPClient(configuration: HTTPClient.Configuration(userAgent: "asu-tests"))
    }

    /// Runs `body` with a system whose catalog is loaded; everything is stopped afterwards, whatever happens.
    static func run(
        _ upstream: SampleUpstream,
        settings: [String: String] = [:],
        listsFolders: Bool = false,
        _ body: @Sendable (ASUSystem, Server) async throws -> Void
    ) async throws {
        let folder = try TemporaryDirectory("asu")
        let redis = try await RedisServer.start()
        var options = NginxServer.Options()
        options.listsFolders = listsFolders
        let nginx = try await NginxServer.start(root: upstream.root, options: options)
        var all = [
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "REDIS_URL": redis.url.description,
            "UPSTREAM_URL": nginx.url,
            "PUBLIC_PATH": folder.path + "/public",
            "CACHE_PATH": folder.path + "/cache",
            "BRANCHES": "SNAPSHOT,25.12,23.05,19.07",
            "TRUSTED_KEYS": upstream.keyFile,
            "WORKSPACE_SIZE_MB": "512",
        ]
        all.merge(settings) { _, own in own }
        let system = ASUSystem(folder: folder, redis: redis, nginx: nginx, settings: all)
        let outcome: Result<Void, any Error>
        do {
            try await system.initialize()
            let server = try await system.startServer()
            do {
                try await body(system, server)
                outcome = .success(())
            } catch {
                outcome = .failure(error)
            }
            _ = try await server.process.stop()
        } catch {
            await redis.stop()
            try await nginx.stop()
            throw error
        }
        await redis.stop()
        try await nginx.stop()
        system.client.shutdown()
        try outcome.get()
    }

    /// A running server.
    struct Server: Sendable {
        let url: String
        let process: ChildProcess
    }

    /// A running worker.
    struct Worker: Sendable {
        let process: ChildProcess
        let logFile: String

        var log: String { (try? String(contentsOfFile: logFile, encoding: .utf8)) ?? "" }
    }

    /// `asu-janitor init`.
    func initialize() async throws {
        let (child, log) = try start("asu-janitor", ["init"])
        guard try await child.wait(for: .seconds(60)) == .exited(0) else {
            throw TestSupportError("asu-janitor init failed: \(try String(contentsOfFile: log, encoding: .utf8))")
        }
    }

    func startServer(settings: [String: String] = [:]) async throws -> Server {
        let (child, log) = try start("asu-server", ["--hostname", "127.0.0.1", "--port", "0"], settings: settings)
        let line = try await readyLine("asu-server: ready on ", log, child)
        return Server(url: line, process: child)
    }

    /// Starts a worker and runs `body` beside it; it is ended by SIGTERM, at last by SIGKILL.
    func withWorker<Value: Sendable>(
        _ arguments: [String] = [],
        settings: [String: String] = [:],
        _ body: @Sendable (Worker) async throws -> Value
    ) async throws -> Value {
        let worker = try await startWorker(arguments, settings: settings)
        let outcome: Result<Value, any Error>
        do {
            outcome = .success(try await body(worker))
        } catch {
            outcome = .failure(TestSupportError("\(error)\nworker's log: \(worker.log.suffix(3000))"))
        }
        _ = try await worker.process.stop(within: .seconds(30))
        return try outcome.get()
    }

    func startWorker(_ arguments: [String] = [], settings: [String: String] = [:]) async throws -> Worker {
        let (child, log) = try start("asu-worker", arguments, settings: settings)
        _ = try await readyLine("asu-worker: ready as ", log, child)
        return Worker(process: child, logFile: log)
    }

    /// Starts a program of this build; its output goes to a file of its own.
    func start(
        _ program: String,
        _ arguments: [String],
        settings own: [String: String] = [:]
    ) throws -> (ChildProcess, log: String) {
        let log = folder.file("\(program)-\(UUID().uuidString).log")
        let child = try ChildProcess(
            ProgramPath.find(program),
            arguments,
            environment: settings.merging(own) { _, last in last },
            output: log,
            errors: log
        )
        return (child, log)
    }

    private func readyLine(_ prefix: String, _ log: String, _ child: ChildProcess) async throws -> String {
        let clock = ContinuousClock()
        let end = clock.now + .seconds(30)
        while clock.now < end {
            let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
            for line in text.split(separator: "\n") where line.hasPrefix(prefix) {
                return String(line.dropFirst(prefix.count))
            }
            guard child.isRunning else { throw TestSupportError("it ended instead of getting ready: \(text)") }
            try await Task.sleep(for: .milliseconds(30))
        }
        throw TestSupportError("not ready after 30 s: \((try? String(contentsOfFile: log, encoding: .utf8)) ?? "")")
    }

    /// POSTs a request.
    func post(
        _ server: Server,
        _ request: [String: JSONValue],
        to path: String = "/api/v1/build"
    ) async throws -> Reply {
        let body = try Array(JSONEncoder().encode(request))
        return try await reply(
            HTTPFetch(
                server.url + path,
                method: .post,
                headers: [("Content-Type", "application/json")],
                body: body,
                timeout: .seconds(20)
            )
        )
    }

    func poll(_ server: Server, _ hash: String) async throws -> Reply {
        try await reply(HTTPFetch(server.url + "/api/v1/build/" + hash, timeout: .seconds(20)))
    }

    /// POSTs and polls until there is another status than 202.
    func build(
        _ server: Server,
        _ request: [String: JSONValue],
        within limit: Duration = .seconds(120)
    ) async throws -> Reply {
        let first = try await post(server, request)
        return first.status == 202 ? try await wait(server, first.hash, within: limit) : first
    }

    func wait(_ server: Server, _ hash: String, within limit: Duration = .seconds(120)) async throws -> Reply {
        let clock = ContinuousClock()
        let end = clock.now + limit
        while clock.now < end {
            let reply = try await poll(server, hash)
            if reply.status != 202 { return reply }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw TestSupportError("the build of \(hash) has no outcome after \(limit)")
    }

    private func reply(_ fetch: HTTPFetch) async throws -> Reply {
        let reply = try await client.fetch(fetch)
        let body = try JSONDecoder().decode([String: JSONValue].self, from: Data(reply.body))
        return Reply(status: reply.status, headers: reply.headers, body: body)
    }

    /// Downloads a file of a finished build and checks its length; images also their SHA-256.
    ///
    /// - Returns: Where it lies on disk.
    func download(_ server: Server, _ reply: Reply, _ name: String, sha256: String? = nil) async throws -> String {
        let directory = reply["bin_dir"]?.string ?? ""
        let file = try await client.fetch(HTTPFetch("\(server.url)/store/\(directory)/\(name)"))
        guard file.status == 200, file.headers.contentLength == Int64(file.body.count) else {
            throw TestSupportError("\(name): status \(file.status), length \(file.headers.contentLength ?? -1)")
        }
        if let sha256, SHA256Digest(hashing: file.body).hex != sha256 {
            throw TestSupportError("\(name): hashes to \(SHA256Digest(hashing: file.body)), not to \(sha256)")
        }
        return try folder.write(file.body, to: "download-\(UUID().uuidString)-\(name)")
    }
}
