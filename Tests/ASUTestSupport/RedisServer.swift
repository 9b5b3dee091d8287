package import ASUCore
import Glibc
import Logging
import NIOCore
import NIOPosix
import Synchronization

/// A private redis-server for one test: in a temporary directory, without persistence, on a Unix socket or a free port
/// of the loopback interface.
package final class RedisServer: Sendable {
    /// Where the server listens.
    package enum Listener: Sendable {
        /// On a socket in the temporary directory.
        case unix
        /// On a free port of 127.0.0.1.
        case tcp
    }

    /// A failure to start or stop the server.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// The server's address, with the password if it has one.
    package let url: RedisURL
    private let directory: String
    private let port: Int
    private let password: String?
    private let pid = Mutex<pid_t?>(nil)

    /// Starts a server and waits until it answers.
    package static func start(_ listener: Listener = .unix, password: String? = nil) async throws -> RedisServer {
        let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(base)/asu-redis-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Failure(description: "mkdtemp: errno \(errno)") }
        let directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        var attempts = listener == .tcp ? 5 : 1
        while true {
            let port = listener == .tcp ? try await freePort() : 0
            let server = try RedisServer(directory: directory, port: port, password: password)
            do {
                try await server.launch()
                return server
            } catch {
                // Someone else may have taken the port since.
                attempts -= 1
                if attempts == 0 {
                    await server.stop()
                    throw error
                }
                try await server.kill()
            }
        }
    }

    /// A client of this server on the process-wide event loops; shut it down before the test ends.
    package func client(
        connectTimeout: Duration = .seconds(2),
        commandTimeout: Duration = .seconds(10),
        maxReplyBytes: Int = 64 << 20
    ) -> RedisClient {
        RedisClient(
            url: url,
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
            connectTimeout: connectTimeout,
            commandTimeout: commandTimeout,
            maxReplyBytes: maxReplyBytes
        )
    }

    /// Ends the server at once, as a crash would.
    package func kill() async throws {
        guard let running = pid.withLock({ $0 }) else { return }
        _ = Glibc.kill(running, SIGKILL)
        try await reap(running)
    }

    /// Stops the server's process without ending it.
    package func pause() {
        if let running = pid.withLock({ $0 }) { _ = Glibc.kill(running, SIGSTOP) }
    }

    /// Lets a paused server go on.
    package func resume() {
        if let running = pid.withLock({ $0 }) { _ = Glibc.kill(running, SIGCONT) }
    }

    /// Starts the server again, empty, at the same address; kills it first if need be.
    package func restart() async throws {
        try await kill()
        try await launch()
    }

    /// Kills the server and removes its directory.
    package func stop() async {
        do {
            try await kill()
        } catch {
            print("redis-server was left behind: \(error)")
        }
        unlink("\(directory)/redis.sock")
        unlink("\(directory)/redis.log")
        rmdir(directory)
    }

    private init(directory: String, port: Int, password: String?) throws {
        self.directory = directory
        self.port = port
        self.password = password
        let login = password.map { ":\($0)@" } ?? ""
        self.url = try RedisURL(
            port == 0 ? "unix://\(login)\(directory)/redis.sock" : "redis://\(login)127.0.0.1:\(port)"
        )
    }

    private func launch() async throws {
        // Left over from a server that was killed.
        unlink("\(directory)/redis.sock")
        var arguments = ["redis-server", "--port", "\(port)", "--save", "", "--appendonly", "no", "--daemonize", "no"]
        arguments += ["--dir", directory, "--bind", "127.0.0.1"]
        if port == 0 { arguments += ["--unixsocket", "\(directory)/redis.sock"] }
        if let password { arguments += ["--requirepass", password] }
        try spawn(arguments)
        let client = client()
        let deadline = ContinuousClock.now + .seconds(20)
        while true {
            do {
                _ = try await client.send(RedisCommand("PING"))
                await client.shutdown()
                return
            } catch {
                guard ContinuousClock.now < deadline, isRunning() else {
                    await client.shutdown()
                    throw Failure(description: "redis-server does not answer at \(url): \(error)")
                }
                try await Task.sleep(for: .milliseconds(20))
            }
        }
    }

    private func spawn(_ arguments: [String]) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, "\(directory)/redis.log", O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        // Other tests' sockets, which NIO leaves inheritable: a copy in the child would keep their ports and
        // connections open. Closing a descriptor that is not open is no error here.
        for descriptor: Int32 in 3..<1024 { posix_spawn_file_actions_addclose(&actions, descriptor) }
        // Threads of the runtime block most signals, and a child inherits that: SIGTERM would not end the server.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var argv: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        var environment: [UnsafeMutablePointer<CChar>?] = [strdup("LC_ALL=C"), nil]
        defer { for text in argv + environment { free(text) } }
        var child: pid_t = 0
        let status = posix_spawnp(&child, "redis-server", &actions, &attributes, &argv, &environment)
        guard status == 0 else { throw Failure(description: "redis-server cannot be started: errno \(status)") }
        pid.withLock { $0 = child }
    }

    private func isRunning() -> Bool {
        pid.withLock { pid in
            var status: Int32 = 0
            guard let child = pid else { return false }
            if waitpid(child, &status, WNOHANG) == child { pid = nil }
            return pid != nil
        }
    }

    private func reap(_ child: pid_t) async throws {
        let deadline = ContinuousClock.now + .seconds(10)
        var status: Int32 = 0
        while waitpid(child, &status, WNOHANG) == 0 {
            guard ContinuousClock.now < deadline else {
                throw Failure(description: "redis-server \(child) does not end")
            }
            try await Task.sleep(for: .milliseconds(5))
        }
        pid.withLock { $0 = nil }
    }

    private static func freePort() async throws -> Int {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).get()
        let port = channel.localAddress?.port
        try await channel.close().get()
        guard let port else { throw Failure(description: "no free port") }
        return port
    }
}

/// Runs `body` with a private redis-server, which is gone afterwards.
package func withRedisServer<Result: Sendable>(
    _ listener: RedisServer.Listener = .unix,
    password: String? = nil,
    _ body: (RedisServer) async throws -> Result
) async throws -> Result {
    let server = try await RedisServer.start(listener, password: password)
    do {
        let result = try await body(server)
        await server.stop()
        return result
    } catch {
        await server.stop()
        throw error
    }
}

/// Runs `body` with a private redis-server and a client of it.
package func withRedis<Result: Sendable>(
    _ listener: RedisServer.Listener = .unix,
    _ body: (RedisServer, RedisClient) async throws -> Result
) async throws -> Result {
    try await withRedisServer(listener) { server in
        let client = server.client()
        do {
            let result = try await body(server, client)
            await client.shutdown()
            return result
        } catch {
            await client.shutdown()
            throw error
        }
    }
}
