import ASUCore
import ASUTestSupport
import Foundation
import Logging
import NIOCore

/// What asu-server computes for a POST before it enqueues or refuses, in this process and without a connection.
struct ValidationBenchmark: Sendable {
    let options: ServerOptions
    let programs: Programs

    /// Calls of one round; each has a body of its own.
    private static let calls = 2000

    func run() async throws -> ValidationReport {
        try Programs.require("redis-server", package: "redis-server")
        try Programs.require("nginx", package: "nginx")
        return try await withRedis { server, client in
            try await Interruption.watch { try await run(server, client) }
        }
    }

    private func run(_ server: RedisServer, _ client: RedisClient) async throws -> ValidationReport {
        let scratch = try TemporaryDirectory("asu-benchmark")
        let upstream = try await Upstream.real(options.upstreamData, scratch: scratch)
        try await Programs.run(
            [programs.janitor, "init"],
            environment: Programs.environment(upstream.settings.merging(["REDIS_URL": "\(server.url)"]) { $1 }),
            directory: scratch.path,
            log: scratch.file("janitor.log"),
            limit: .seconds(300)
        )
        try await upstream.server.stop()
        let store = CatalogStore(redis: client)
        let catalog = Catalog(
            store: store,
            logger: Logger(label: "asu-benchmark", factory: { _ in SwiftLogNoOpLogHandler() })
        )
        try await catalog.refresh()
        let validator = RequestValidator(
            catalog: catalog,
            policy: RequestPolicy(allowsDefaults: false, allowedRepositories: []),
            branches: upstream.branches,
            fixups: try PackageTables.load().fixups
        )
        let sample = try await SampleBuild(store)
        var rows: [ValidationReport.Row] = []
        for work in try Self.works(sample) { rows.append(try await measure(work, validator)) }
        return ValidationReport(upstream: upstream.name, packages: sample.indexed, rounds: options.rounds, rows: rows)
    }

    /// Bodies of one kind, all different, and how they must end.
    private struct Work {
        let name: String
        let body: (Int) throws -> String
        let isRefused: Bool
    }

    private static func works(_ sample: SampleBuild) throws -> [Work] {
        let count = 150
        return [
            Work(
                name: "new, with versions",
                body: { try sample.requestBody(client: "owut/\($0)", packages: count) },
                isRefused: false
            ),
            Work(
                name: "new, without versions",
                body: { try sample.requestBody(client: "owut/\($0)", packages: count, withVersions: false) },
                isRefused: false
            ),
            Work(
                name: "refused, an older version",
                body: { try sample.requestBody(lastVersion: "0~\($0)", packages: count) },
                isRefused: true
            ),
            Work(
                name: "refused, an unknown package",
                body: { try sample.requestBody(unknown: "no-such-\($0)", packages: count) },
                isRefused: true
            ),
        ]
    }

    private func measure(_ work: Work, _ validator: RequestValidator) async throws -> ValidationReport.Row {
        var parse: [Double] = []
        var resolve: [Double] = []
        var encode: [Double] = []
        // The first round warms the caches up.
        for round in 0...options.rounds {
            let bodies = try (0..<Self.calls).map { ByteBuffer(string: try work.body(round * Self.calls + $0)) }
            var start = Self.cpuMicroseconds()
            func lap() -> Double {
                let now = Self.cpuMicroseconds()
                defer { start = now }
                return (now - start) / Double(Self.calls)
            }
            var requests: [BuildRequest] = []
            requests.reserveCapacity(bodies.count)
            var hashes = Set<RequestHash>()
            start = Self.cpuMicroseconds()
            for body in bodies {
                let request = try BuildRequest(BuildRequestBody(json: body), limits: .admitted)
                hashes.insert(RequestHash(request))
                requests.append(request)
            }
            let parsing = lap()
            var jobs: [BuildJob] = []
            jobs.reserveCapacity(bodies.count)
            for request in requests {
                do {
                    jobs.append(try await validator.resolve(request).job)
                } catch is RequestRefusal where work.isRefused {
                }
            }
            let resolving = lap()
            guard jobs.count == (work.isRefused ? 0 : bodies.count) else {
                throw BenchmarkError("\(work.name): \(jobs.count) of \(bodies.count) requests were admitted")
            }
            var bytes = 0
            for job in jobs { bytes += try job.encoded().count }
            let encoding = lap()
            guard round > 0 else { continue }
            parse.append(parsing)
            resolve.append(resolving)
            encode.append(encoding)
        }
        return ValidationReport.Row(
            request: work.name,
            parseMicroseconds: parse.median,
            resolveMicroseconds: resolve.median,
            encodeMicroseconds: encode.median
        )
    }

    /// The CPU time of this process, which does nothing else meanwhile.
    private static func cpuMicroseconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e6 + Double(time.tv_nsec) / 1e3
    }
}
