import ASUTestSupport

/// One of our programs that runs until it is stopped.
struct RunningProgram: Sendable {
    let process: ChildProcess
    /// What it announced: the rest of the line after `ready `.
    let announcement: String

    /// Starts it, its output going to `log`, and waits until it says that it is ready.
    static func start(
        _ arguments: [String],
        environment: [String: String],
        directory: String,
        log: String
    ) async throws -> RunningProgram {
        let process = try ChildProcess(
            arguments[0],
            Array(arguments.dropFirst()),
            environment: environment,
            directory: directory,
            output: log,
            errors: log
        )
        let end = ContinuousClock.now + .seconds(30)
        while true {
            let text = String(decoding: try TemporaryDirectory.contents(of: log), as: UTF8.self)
            for line in text.split(separator: "\n") {
                if let mark = line.firstRange(of: ": ready "), line.hasPrefix("asu-"), text.hasSuffix("\n") {
                    return RunningProgram(process: process, announcement: String(line[mark.upperBound...]))
                }
            }
            guard process.isRunning, ContinuousClock.now < end else {
                throw BenchmarkError("\(arguments.joined(separator: " ")) doesn't get ready: \(try Programs.tail(log))")
            }
            try await Task.sleep(for: .milliseconds(10))
        }
    }
}
