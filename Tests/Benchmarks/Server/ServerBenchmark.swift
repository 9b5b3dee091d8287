import ASUCore
import ASUTestSupport

/// Puts asu-server under load, kind by kind of request, and all kinds again in every round: so the noise of a shared
/// machine hits all alike.
struct ServerBenchmark: Sendable {
    let options: ServerOptions
    let programs: Programs

    /// One run of one kind.
    private struct Sample {
        var load: LoadGenerator.Result
        var cpuMicroseconds: Double
    }

    private struct Series: Hashable {
        var kind: Int
        var connections: Int
    }

    func run() async throws -> ServerReport {
        try Programs.require("wrk", package: "wrk")
        try Programs.require("redis-server", package: "redis-server")
        try Programs.require("nginx", package: "nginx")
        try Programs.require("curl", package: "curl")
        return try await withRedis { server, client in
            // Inside, as what is cancelled can't stop Redis in order.
            try await Interruption.watch { try await run(server, client) }
        }
    }

    private func run(_ server: RedisServer, _ client: RedisClient) async throws -> ServerReport {
        let scratch = try TemporaryDirectory("asu-benchmark")
        let upstream = try await Upstream.real(options.upstreamData, scratch: scratch)
        let fixture = try await ServerFixture(
            programs: programs,
            upstream: upstream,
            redisURL: "\(server.url)",
            redis: client,
            scratch: scratch
        )
        try await upstream.server.stop()
        let report = try await measure(fixture, upstream, scratch)
        try await fixture.server.process.stop()
        return report
    }

    private func measure(
        _ fixture: ServerFixture,
        _ upstream: Upstream,
        _ scratch: TemporaryDirectory
    ) async throws -> ServerReport {
        let process = fixture.server.process.processID
        try await fixture.check()
        let startMemory = try ProcessFigures.memory(process, "VmRSS")
        let load = LoadGenerator(port: fixture.port, scratch: scratch)
        for kind in fixture.kinds { _ = try await load.run(kind, connections: 16, seconds: 1) }
        try await fixture.restoreQueue()

        var samples: [Series: [Sample]] = [:]
        for _ in 0..<options.rounds {
            for connections in options.connectionCounts {
                for (index, kind) in fixture.kinds.enumerated() {
                    let sample = try await run(kind, connections, load, process, fixture)
                    samples[Series(kind: index, connections: connections), default: []].append(sample)
                }
            }
        }
        return ServerReport(
            upstream: upstream.name,
            rounds: options.rounds,
            seconds: options.seconds,
            rows: rows(samples, fixture.kinds),
            startMemory: startMemory,
            peakMemory: try ProcessFigures.memory(process, "VmHWM")
        )
    }

    private func run(
        _ kind: RequestKind,
        _ connections: Int,
        _ load: LoadGenerator,
        _ process: Int32,
        _ fixture: ServerFixture
    ) async throws -> Sample {
        guard let before = ProcessFigures(process) else { throw BenchmarkError("asu-server ended") }
        let result = try await load.run(kind, connections: connections, seconds: options.seconds)
        guard let after = ProcessFigures(process) else { throw BenchmarkError("asu-server ended") }
        if kind.status == 202, kind.sampleBody != nil {
            let jobs = try await fixture.restoreQueue()
            guard jobs >= result.requests else {
                throw BenchmarkError("\(kind.name): \(result.requests) requests made \(jobs) jobs only")
            }
        }
        let time = (after.ownTime - before.ownTime).seconds
        return Sample(load: result, cpuMicroseconds: time * 1e6 / Double(result.requests))
    }

    private func rows(_ samples: [Series: [Sample]], _ kinds: [RequestKind]) -> [ServerReport.Row] {
        options.connectionCounts.flatMap { connections in
            kinds.indices.map { index in
                let base = kinds.firstIndex { $0.isHello && $0.isHead == kinds[index].isHead } ?? 0
                let hello = samples[Series(kind: base, connections: connections)] ?? []
                let own = samples[Series(kind: index, connections: connections)] ?? []
                func median(_ value: (Sample) -> Double) -> Double { own.map(value).median }
                func ratio(_ value: (Sample) -> Double) -> Double {
                    zip(own, hello).map { value($0) / value($1) }.median
                }
                return ServerReport.Row(
                    request: kinds[index].name,
                    connections: connections,
                    requestsPerSecond: median(\.load.requestsPerSecond),
                    requestsPerSecondRatio: ratio(\.load.requestsPerSecond),
                    p50Milliseconds: median(\.load.p50Milliseconds),
                    p99Milliseconds: median(\.load.p99Milliseconds),
                    cpuMicroseconds: median(\.cpuMicroseconds),
                    cpuRatio: ratio(\.cpuMicroseconds)
                )
            }
        }
    }
}
