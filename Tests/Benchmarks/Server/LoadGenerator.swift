import ASUTestSupport

/// Load on one server: wrk, and for HEAD requests ``HeadLoad``.
struct LoadGenerator: Sendable {
    /// What one run came to.
    struct Result: Sendable {
        let requests: Int
        let requestsPerSecond: Double
        let p50Milliseconds: Double
        let p99Milliseconds: Double
    }

    let port: Int
    let scratch: TemporaryDirectory

    /// Sends requests of one kind for some seconds from one thread; throws ``BenchmarkError`` if any of them failed.
    func run(_ kind: RequestKind, connections: Int, seconds: Int) async throws -> Result {
        if kind.isHead {
            return try await HeadLoad(port: port, path: kind.path, status: kind.status)
                .run(connections: connections, seconds: seconds)
        }
        let script = try scratch.write(kind.script, to: "load.lua")
        let log = scratch.file("wrk.log")
        try await Programs.run(
            [
                "wrk", "-t", "1", "-c", "\(connections)", "-d", "\(seconds)s", "--timeout", "10s", "-s", script,
                "http://127.0.0.1:\(port)",
            ],
            log: log,
            limit: .seconds(seconds + 30)
        )
        let output = String(decoding: try TemporaryDirectory.contents(of: log), as: UTF8.self)
        let numbers =
            output.split(separator: "\n").last { $0.hasPrefix("result ") }
            .map { $0.split(separator: " ").dropFirst().compactMap { Double($0) } } ?? []
        guard numbers.count == 6, numbers[0] > 0, numbers[1] > 0 else {
            throw BenchmarkError("\(kind.name): wrk said something else than expected: \(try Programs.tail(log))")
        }
        guard numbers[4] == 0, numbers[5] == 0 else {
            throw BenchmarkError(
                "\(kind.name): of \(Int(numbers[0])) requests \(Int(numbers[4])) were refused, \(Int(numbers[5])) failed"
            )
        }
        return Result(
            requests: Int(numbers[0]),
            requestsPerSecond: numbers[0] / (numbers[1] / 1e6),
            p50Milliseconds: numbers[2] / 1000,
            p99Milliseconds: numbers[3] / 1000
        )
    }
}
