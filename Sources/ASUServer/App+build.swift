import ASUCore
import Hummingbird
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import UnixSignals

/// The server put together: the one place where its parts meet.
struct App {
    let settings: Settings
    let hostname: String
    let port: Int

    /// How long a connection may be silent between requests or within one; longer than proxies keep theirs (60 s).
    private static let idleTimeout = TimeAmount.seconds(75)
    /// How long open requests may go on after SIGTERM.
    private static let grace = Duration.seconds(8)

    /// Serves until SIGTERM or SIGINT, then ends the open requests and returns.
    func run() async throws {
        let tables = try PackageTables.load()
        let logger = Logger(label: "asu-server")
        let redis = RedisClient(
            url: settings.redisURL,
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: logger
        )
        let queue = JobQueue(redis: redis)
        let catalog = Catalog(store: CatalogStore(redis: redis), logger: logger)
        do {
            try await catalog.refresh()
        } catch {
            // The server starts all the same and says so at /readyz: Redis may come up later.
            logger.warning("catalog can't be read yet", metadata: ["error": "\(error)"])
        }
        let statistics = StatisticsRecorder(redis: redis, logger: logger)
        let janitor = JanitorCalls(wake: JanitorWake(redis: redis), logger: logger)
        let routes = try Self.routes(settings, tables, redis, queue, catalog, statistics, janitor)
        let application = Application(
            responder: FrontResponder(inner: routes.router().buildResponder()),
            server: .http1(configuration: .init(idleTimeout: Self.idleTimeout)),
            configuration: ApplicationConfiguration(
                address: .hostname(hostname, port: port),
                serverName: "asu-server"
            ),
            services: [statistics, janitor, CatalogFollower(catalog: catalog)],
            onServerRunning: { channel in
                let address = channel.localAddress
                Console.announce("asu-server: ready on \(Self.url(hostname: hostname, port: address?.port ?? port))")
            },
            logger: logger
        )
        var configuration = ServiceGroupConfiguration(
            services: [application],
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        )
        configuration.maximumGracefulShutdownDuration = Self.grace
        do {
            try await ServiceGroup(configuration: configuration).run()
        } catch let error as IOError {
            throw StartError(reason: "can't listen on \(hostname) port \(port): \(error)")
        } catch let error as SocketAddressError.UnknownHost {
            throw StartError(reason: "can't listen on \(hostname) port \(port): \(error.errorDescription)")
        }
        await redis.shutdown()
    }

    /// What answers requests, made of the parts that it shares with the rest of the program.
    static func routes(
        _ settings: Settings,
        _ tables: PackageTables,
        _ redis: RedisClient,
        _ queue: JobQueue,
        _ catalog: Catalog,
        _ statistics: StatisticsRecorder,
        _ janitor: JanitorCalls
    ) throws -> RouteTable {
        let validator = RequestValidator(
            catalog: catalog,
            policy: settings.requestPolicy,
            branches: settings.branches,
            fixups: tables.fixups
        )
        let service = BuildService(
            queue: queue,
            validator: validator,
            limits: settings.requestLimits,
            maxPendingJobs: settings.maxPendingJobs,
            statistics: statistics,
            janitor: janitor
        )
        let reader = StatisticsReader(redis: redis)
        return try RouteTable(
            builds: BuildRoutes(service: service),
            documents: DocumentRoutes(
                documents: Documents(
                    catalog: catalog,
                    overview: OverviewDocument(settings: settings, packages: tables)
                )
            ),
            legacy: LegacyRoutes(service: service, catalog: catalog, branches: settings.branches),
            revision: RevisionRoutes(catalog: catalog),
            store: StoreRoutes(root: settings.publicPath + "/store", queue: queue),
            stats: StatsRoutes(queue: queue, statistics: reader, branches: settings.branches),
            health: HealthRoutes(queue: queue, catalog: catalog),
            pages: PageRoutes(settings: settings, catalog: catalog, queue: queue, statistics: reader),
            metrics: MetricsRoutes(queue: queue, statistics: reader, catalog: catalog),
            description: DescriptionRoutes(APIDescription.load(settings))
        )
    }

    private static func url(hostname: String, port: Int) -> String {
        hostname.contains(":") ? "http://[\(hostname)]:\(port)" : "http://\(hostname):\(port)"
    }
}

/// Why a program couldn't start.
struct StartError: Error, CustomStringConvertible {
    let reason: String

    var description: String { reason }
}

/// Keeps the catalog in memory up to date for as long as the server runs.
struct CatalogFollower: Service, CustomStringConvertible {
    let catalog: Catalog

    var description: String { "catalog follower" }

    func run() async throws {
        await cancelWhenGracefulShutdown { await catalog.follow() }
    }
}
