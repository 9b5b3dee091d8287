import ASUTestSupport
import Foundation

/// Our programs, and how others are run.
struct Programs: Sendable {
    let server: String
    let worker: String
    let janitor: String

    /// - Parameter folder: Where they lie; `nil` for the folder of this executable.
    /// - Throws: ``BenchmarkError`` if one isn't there.
    init(folder: String?) throws {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let folder = folder ?? URL(fileURLWithPath: own).deletingLastPathComponent().path
        func find(_ name: String) throws -> String {
            let path = URL(fileURLWithPath: folder).appendingPathComponent(name).standardizedFileURL.path
            guard FileManager.default.isExecutableFile(atPath: path) else {
                throw BenchmarkError(
                    "there is no \(name) in \(folder): run 'swift build -c release' first, or use --binaries"
                )
            }
            return path
        }
        server = try find("asu-server")
        worker = try find("asu-worker")
        janitor = try find("asu-janitor")
    }

    /// Fails with the Debian package to install if a program isn't in PATH.
    static func require(_ name: String, package: String) throws {
        let folders = "\(ProcessInfo.processInfo.environment["PATH"] ?? ""):/usr/sbin".split(separator: ":")
        guard folders.contains(where: { FileManager.default.isExecutableFile(atPath: "\($0)/\(name)") }) else {
            throw BenchmarkError("\(name) is missing: apt-get install \(package)")
        }
    }

    /// The environment for one of our programs: this one's, with `settings` on top.
    static func environment(_ settings: [String: String]) -> [String: String] {
        ProcessInfo.processInfo.environment.merging(settings) { _, own in own }
    }

    /// Runs a program to its end, its output going to `log`.
    ///
    /// Throws ``BenchmarkError`` with the end of the output unless it exits with 0 within `limit`.
    static func run(
        _ arguments: [String],
        environment: [String: String]? = nil,
        directory: String? = nil,
        log: String,
        limit: Duration
    ) async throws {
        let child = try ChildProcess(
            arguments[0],
            Array(arguments.dropFirst()),
            environment: environment,
            directory: directory,
            output: log,
            errors: log
        )
        let ending = try await child.wait(for: limit)
        guard ending == .exited(0) else {
            throw BenchmarkError("\(arguments.joined(separator: " ")) ended with \(ending): \(try tail(log))")
        }
    }

    /// The last lines of a file.
    static func tail(_ file: String) throws -> String {
        let text = String(decoding: try TemporaryDirectory.contents(of: file), as: UTF8.self)
        return text.split(separator: "\n").suffix(8).joined(separator: "\n")
    }
}
