internal import Glibc

/// A real `asu-server`, started for tests with settings of its own.
package final class ServerProcess: Sendable {
    /// `http://host:port`, without a slash at the end; the host is one that can be connected to.
    package let url: String
    /// The port it listens on.
    package let port: Int
    /// The value of `public_path`; artifacts lie below `store/` in it.
    package let publicPath: String
    /// The process itself.
    package let process: ChildProcess
    private let folder: TemporaryDirectory

    /// What a start that failed left behind.
    package struct FailedStart: Error, CustomStringConvertible, Sendable {
        /// How the program ended.
        package let ending: ChildProcess.Ending
        /// What it wrote to standard output.
        package let output: String
        /// What it wrote to standard error.
        package let errors: String

        package var description: String { "asu-server ended (\(ending)): \(errors)" }
    }

    /// Starts `asu-server` on a free port and waits until it is ready.
    ///
    /// - Parameters:
    ///   - redis: The Redis server's address.
    ///   - settings: Further settings by their names in the environment; `REDIS_URL` here wins over `redis`.
    ///   - arguments: Further arguments; the last `--port` and `--hostname` count.
    ///   - deadline: Longest time until it is ready.
    /// - Returns: The server, which answers now.
    /// - Throws: ``FailedStart`` if it ends before it is ready, ``TestSupportError`` if it never is.
    package static func start(
        redis: String,
        settings: [String: String] = [:],
        arguments: [String] = [],
        within deadline: Duration = .seconds(20)
    ) async throws -> ServerProcess {
        let folder = try TemporaryDirectory("asu-server")
        var environment = inherited
        environment["REDIS_URL"] = redis
        environment["PUBLIC_PATH"] = folder.file("public")
        environment.merge(settings) { _, new in new }
        let process = try ChildProcess(
            ProgramPath.find("asu-server"),
            (arguments.contains("--port") ? [] : ["--port", "0"]) + arguments,
            environment: environment,
            directory: folder.path,
            output: folder.file("stdout"),
            errors: folder.file("stderr")
        )
        let end = ContinuousClock.now + deadline
        while true {
            // In this order: what a program wrote is complete once it has ended.
            let hasEnded = !process.isRunning
            let output = try text(folder.file("stdout"))
            if let line = output.split(separator: "\n").first(where: { $0.contains("ready on http://") }) {
                return try ServerProcess(line: line, environment: environment, process: process, folder: folder)
            }
            if hasEnded {
                let ending = try await process.wait()
                throw FailedStart(ending: ending, output: output, errors: try text(folder.file("stderr")))
            }
            guard ContinuousClock.now < end else {
                throw TestSupportError("asu-server isn't ready after \(deadline): \(try text(folder.file("stderr")))")
            }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// Asks it to end (SIGTERM) and waits for that; one that doesn't end in time is killed.
    ///
    /// - Returns: How it ended: a clean end is `.exited(0)`.
    @discardableResult
    package func stop(within deadline: Duration = .seconds(10)) async throws -> ChildProcess.Ending {
        try await process.stop(within: deadline)
    }

    /// What it has logged so far.
    package func log() throws -> String { try Self.text(folder.file("stderr")) }

    private init(
        line: Substring,
        environment: [String: String],
        process: ChildProcess,
        folder: TemporaryDirectory
    ) throws {
        guard let port = line.split(separator: ":").last.flatMap({ Int($0) }) else {
            throw TestSupportError("asu-server announced no port: \(line)")
        }
        self.port = port
        url = line.contains("[::1]") ? "http://[::1]:\(port)" : "http://127.0.0.1:\(port)"
        publicPath = environment["PUBLIC_PATH"] ?? ""
        self.process = process
        self.folder = folder
    }

    /// What every program needs of the tests' own environment; settings that happen to be in it must not count.
    private static var inherited: [String: String] {
        var kept: [String: String] = ["LC_ALL": "C"]
        for name in ["PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "LLVM_PROFILE_FILE"] {
            kept[name] = getenv(name).map { String(cString: $0) }
        }
        return kept
    }

    private static func text(_ path: String) throws -> String {
        String(decoding: try TemporaryDirectory.contents(of: path), as: UTF8.self)
    }
}
