import ASUCore
import Foundation
import Logging
import NIOPosix
import ServiceLifecycle
import UnixSignals

/// The worker put together: the one place where its parts meet.
struct App {
    let settings: Settings
    let once: Bool

    /// How long a running build may go on after SIGTERM.
    private static let grace = Duration.seconds(20)

    /// Builds until SIGTERM or SIGINT, or for one job.
    func run() async throws {
        let logger = Logger(label: "asu-worker")
        try HostTools.check(sandbox: settings.sandbox)
        let redis = RedisClient(
            url: settings.redisURL,
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: logger
        )
        let client = HTTPClient(configuration: HTTPClient.Configuration(userAgent: "asu-worker"))
        let queue = JobQueue(redis: redis)
        let build = try imageBuild(redis: redis, client: client, logger: logger)
        try await checkSandbox(build.sandbox)
        let budget = build.imageBuilders.budget
        // The door's socket lies in the cache, even where jobs lie elsewhere.
        let jobsFolders = Set([build.jobsFolder, cachePath + "/jobs"])
        try await BlockingWork.run {
            try budget.removeLeftovers()
            for folder in jobsFolders { try JobFolder.removeLeftovers(in: folder) }
            try budget.makeRoom()
        }
        let statistics = StatisticsRecorder(redis: redis, logger: logger)
        let runner = JobRunner(
            queue: queue,
            store: LocalArtifactStore(publicPath: settings.publicPath),
            build: build,
            settings: settings,
            statistics: statistics,
            logger: logger
        )
        let name = "\(ProcessInfo.processInfo.hostName.prefix(60)):\(getpid())"
        let service = WorkerService(
            queue: queue,
            runner: runner,
            door: build.door,
            lease: settings.lease,
            worker: name,
            once: once,
            grace: Self.grace,
            logger: logger
        )
        let group = ServiceGroup(
            configuration: .init(
                services: [
                    // Shut down in reverse: the door stays open for the build that is being finished.
                    .init(service: build.door),
                    .init(service: statistics),
                    .init(service: service, successTerminationBehavior: .gracefullyShutdownGroup),
                ],
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger
            )
        )
        try await group.run()
        client.shutdown()
        await redis.shutdown()
    }

    private var cachePath: String { URL(fileURLWithPath: settings.cachePath).standardizedFileURL.path }

    private func imageBuild(redis: RedisClient, client: HTTPClient, logger: Logger) throws -> ImageBuild {
        let cache = cachePath
        let limits = SandboxLimits(
            wallTime: settings.jobTimeout,
            memoryBytes: Int64(settings.buildMemoryMB) << 20,
            processes: settings.buildProcesses,
            workspaceBytes: Int64(settings.workspaceSizeMB) << 20
        )
        let sandbox: any Sandbox
        switch settings.sandbox {
        case .bubblewrap:
            sandbox = BubblewrapSandbox()
        case .none:
            sandbox = UnconfinedSandbox()
            logger.warning("sandbox is \"none\": builds run strangers' packages and scripts as this user, unconfined")
        }
        let budget = DiskBudget(
            imageBuilders: cache + "/imagebuilders",
            packages: cache + "/packages",
            maxBytes: Int64(settings.cacheSizeMB) << 20,
            logger: logger
        )
        let imageBuilders = ImageBuilderCache(
            folder: cache + "/imagebuilders",
            locator: ImageBuilderLocator(baseURL: settings.upstreamURL, client: client, keys: settings.trustedKeys),
            client: client,
            preparation: ImageBuilderPreparation(sandbox: sandbox, limits: limits),
            budget: budget,
            logger: logger
        )
        let jobs = (settings.workspacePath.map { URL(fileURLWithPath: $0).standardizedFileURL.path } ?? cache) + "/jobs"
        let door = try PackageDoor(
            address: settings.sandbox == .bubblewrap ? .socket("\(cache)/jobs/\(getpid())-door/door.sock") : .loopback,
            cache: PackageCache(folder: cache + "/packages", client: client, logger: logger),
            logger: logger
        )
        return ImageBuild(
            imageBuilders: imageBuilders,
            sandbox: sandbox,
            sandboxKind: settings.sandbox,
            limits: limits,
            door: door,
            catalog: CatalogStore(redis: redis),
            upstreamURL: settings.upstreamURL,
            policy: settings.requestPolicy,
            jobsFolder: jobs,
            workspacePath: settings.workspacePath,
            logger: logger
        )
    }

    /// Runs `true` in the sandbox: better to fail here than in the first job.
    private func checkSandbox(_ sandbox: any Sandbox) async throws {
        let folder = NSTemporaryDirectory() + "asu-worker-\(getpid())"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let command = SandboxedCommand(
            ["/bin/true"],
            workspace: .folder(SandboxedCommand.Mount(folder, at: "/build", isWritable: true)),
            logFolder: folder
        )
        let outcome = try await sandbox.run(command, limits: SandboxLimits(wallTime: .seconds(20)))
        guard outcome.exitCode == 0 else {
            let words = outcome.stderr.tail.split(separator: "\n").last ?? "no message"
            throw HostError(
                reason: "the sandbox doesn't work on this host (\(words)); allow user namespaces, or choose "
                    + "sandbox = \"none\" if the worker as a whole is isolated"
            )
        }
    }
}
