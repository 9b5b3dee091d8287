import ASUCore
import ASUTestSupport
import Foundation
import Logging

/// Builds one image with the whole system and by hand, in turns.
struct BuildBenchmark: Sendable {
    let options: BuildOptions
    let programs: Programs

    func run() async throws -> BuildReport {
        let needed = [
            "redis-server": "redis-server", "nginx": "nginx", "make": "make", "zstd": "zstd", "xz": "xz-utils",
        ]
        for (program, package) in needed { try Programs.require(program, package: package) }
        return try await withRedis { server, client in
            // Inside, as what is cancelled can't stop Redis in order.
            try await Interruption.watch { try await run(server, client) }
        }
    }

    private func run(_ server: RedisServer, _ client: RedisClient) async throws -> BuildReport {
        let scratch = try TemporaryDirectory("asu-benchmark")
        let upstream =
            if let tree = options.tree {
                try await Upstream.genuine(tree: tree, packages: options.packageNames, scratch: scratch)
            } else {
                try await Upstream.sample(scratch: scratch)
            }
        let settings = upstream.settings.merging([
            "REDIS_URL": "\(server.url)", "PUBLIC_PATH": scratch.file("public"),
            "CACHE_PATH": scratch.file("cache"),
        ]) { $1 }
        let environment = Programs.environment(settings)
        try await Programs.run(
            [programs.janitor, "init"],
            environment: environment,
            directory: scratch.path,
            log: scratch.file("janitor.log"),
            limit: .seconds(300)
        )
        let job = try await job(CatalogStore(redis: client), branches: upstream.branches)
        let (workerMeter, handMeter) = (CPUMeter("worker"), CPUMeter("hand"))
        do {
            let worker = try await RunningProgram.start(
                workerMeter.wrap([programs.worker]),
                environment: environment,
                directory: scratch.path,
                log: scratch.file("worker.log")
            )
            let jobRun = JobRun(
                hash: RequestHash(job.request),
                job: job,
                queue: JobQueue(redis: client),
                redis: client,
                worker: worker.process,
                meter: workerMeter
            )
            let handRun = HandRun(
                archive: try HandRun.archive(
                    of: job.request.target,
                    version: job.request.version,
                    in: scratch.file("upstream")
                ),
                profile: job.profile.text,
                packages: options.packageNames.joined(separator: " "),
                upstreamURL: upstream.server.url,
                meter: handMeter,
                scratch: scratch
            )
            let report = try await workerMeter.watch(worker.process.processID) {
                try await measure(jobRun, handRun, upstream, scratch)
            }
            try await worker.process.stop(within: .seconds(30))
            try await upstream.server.stop()
            try await workerMeter.remove()
            try await handMeter.remove()
            return report
        } catch {
            // By now every process was killed, as nothing holds it any more.
            try await workerMeter.remove()
            try await handMeter.remove()
            throw error
        }
    }

    /// The job for the profile, as asu-server would enqueue it.
    private func job(_ store: CatalogStore, branches: [String]) async throws -> BuildJob {
        let catalog = Catalog(
            store: store,
            logger: Logger(label: "asu-benchmark", factory: { _ in SwiftLogNoOpLogHandler() })
        )
        try await catalog.refresh()
        let validator = RequestValidator(
            catalog: catalog,
            policy: RequestPolicy(allowsDefaults: false, allowedRepositories: []),
            branches: branches,
            fixups: try PackageTables.load().fixups
        )
        for (version, manifest) in catalog.current.manifests {
            for (target, record) in manifest.targets.sorted(by: { $0.key < $1.key }) {
                guard let profile = ProfileName(options.profile),
                    try await catalog.profiles(record).ids.contains(profile)
                else { continue }
                let body = BuildRequestBody(
                    version: version.text,
                    target: target,
                    profile: options.profile,
                    packages: options.packageNames
                )
                return try await validator.resolve(try BuildRequest(body, limits: .admitted)).job
            }
        }
        throw BenchmarkError("no target has a profile \(options.profile)")
    }

    private func measure(
        _ job: JobRun,
        _ hand: HandRun,
        _ upstream: Upstream,
        _ scratch: TemporaryDirectory
    ) async throws -> BuildReport {
        let cold = try await job.run(limit: .seconds(900))
        var warm: [Cost] = []
        var fresh: [[Cost]] = []
        var again: [[Cost]] = []
        for round in 0..<options.builds {
            warm.append(try await job.run(limit: .seconds(900)))
            let tree = scratch.file("by-hand-\(round)")
            try await hand.unpack(to: tree)
            fresh.append(try await hand.run(in: tree, output: "\(tree)/out-1"))
            again.append(try await hand.run(in: tree, output: "\(tree)/out-2"))
            try FileManager.default.removeItem(atPath: tree)
        }
        let reference = Cost.median(fresh.map(Self.sum))
        func row(_ name: String, _ cost: Cost) -> BuildReport.Row {
            BuildReport.Row(name: name, cost: cost, cpuRatio: cost.cpuSeconds / reference.cpuSeconds)
        }
        var rows = [row("whole job, warm", Cost.median(warm)), row("whole job, cold", cold)]
        for (name, runs, sum) in [
            ("fresh copy", fresh, reference), ("same copy again", again, .median(again.map(Self.sum))),
        ] {
            rows.append(row("by hand, \(name): all three", sum))
            for (index, step) in HandRun.steps.enumerated() {
                rows.append(row("    \(step)", Cost.median(runs.map { $0[index] })))
            }
        }
        return BuildReport(
            upstream: upstream.name,
            profile: options.profile,
            packages: options.packageNames.joined(separator: " "),
            builds: options.builds,
            meter: job.meter.name,
            rows: rows
        )
    }

    private static func sum(_ costs: [Cost]) -> Cost {
        costs.reduce(Cost(cpuSeconds: 0, wallSeconds: 0), +)
    }
}
