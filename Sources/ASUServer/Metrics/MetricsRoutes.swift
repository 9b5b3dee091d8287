import ASUCore
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// `GET /metrics`: what a Prometheus server reads.
///
/// Counts of requests and builds come from Redis, so that every server of several tells the same; only `process_...` is
/// of the one that answers. The answer is made at most once a second.
struct MetricsRoutes: Sendable {
    private let queue: JobQueue
    private let statistics: StatisticsReader
    private let catalog: Catalog
    private let cache = TimedCache<ByteBuffer>(lifetime: .seconds(1), maxEntries: 1)

    init(queue: JobQueue, statistics: StatisticsReader, catalog: Catalog) {
        self.queue = queue
        self.statistics = statistics
        self.catalog = catalog
    }

    @Sendable
    func get(_ request: Request, _ context: some RequestContext) async throws -> Response {
        let logger = context.logger
        let bytes = try await cache.value("") { ByteBuffer(string: try await text(logger)) }
        var answer = Answer(.ok, body: bytes)
        answer.contentType = MetricsText.contentType
        return try answer.response(from: request, context: context)
    }

    private func text(_ logger: Logger) async throws -> String {
        var metrics = MetricsText()
        do {
            // Sent together; one connection carries both.
            async let counts = queue.counts()
            async let totals = statistics.totals()
            try await Self.add(counts, totals, to: &metrics)
        } catch {
            // What doesn't need Redis is told all the same, and that it is away can be an alert.
            logger.warning("metrics lack what is in Redis", metadata: ["error": "\(error)"])
            metrics.add("asu_redis_up", .gauge, "Whether Redis could be reached.", 0)
        }
        let snapshot = catalog.current
        metrics.add("asu_catalog_generation", .gauge, "The catalog that this server has.", snapshot.generation)
        metrics.add("asu_catalog_versions", .gauge, "Versions in it.", Int64(snapshot.manifests.count))
        if let usage = try await BlockingWork.run({ ProcessUsage.current() }) { Self.add(usage, to: &metrics) }
        return metrics.text
    }

    /// The names without `asu_` are those of the server of 2022, for the dashboards that are there.
    private static func add(_ counts: QueueCounts, _ totals: StatisticsTotals, to metrics: inout MetricsText) {
        func places(_ places: [StatisticsTotals.Place]) -> [(labels: [(name: String, value: String)], value: Int64)] {
            places.map { place in
                let branch = Version(place.version)?.branchName ?? place.version
                return ([("branch", branch), ("version", place.version), ("target", place.target)], place.count)
            }
        }
        func count(_ kind: StatisticsKeys.Count) -> Int64 { totals.counts[kind] ?? 0 }
        metrics.add("builds_total", .counter, "Builds that gave images.", places(totals.builds))
        metrics.add("asu_build_failures_total", .counter, "Builds that failed.", places(totals.failures))
        let clients = totals.clients.map { client in
            (labels: [(name: "name", value: client.name), ("version", client.version)], value: client.count)
        }
        metrics.add("clients_total", .counter, "Well-formed build requests by client.", clients)
        metrics.add("asu_requests_total", .counter, "Well-formed build requests.", count(.requests))
        metrics.add("cache_hits", .gauge, "Requests that found a job or a result, ever.", count(.cacheHits))
        metrics.add("cache_misses", .gauge, "Requests that made a new job, ever.", count(.cacheMisses))
        metrics.add("asu_queue_length", .gauge, "Jobs that wait.", Int64(counts.waiting + counts.delayed))
        metrics.add("asu_jobs_running", .gauge, "Jobs that a worker has.", Int64(counts.running))
        metrics.add("asu_workers", .gauge, "Workers seen in the last minute.", Int64(counts.workers))
        metrics.add("asu_redis_up", .gauge, "Whether Redis could be reached.", 1)
    }

    private static func add(_ usage: ProcessUsage, to metrics: inout MetricsText) {
        metrics.add("process_resident_memory_bytes", .gauge, "Memory in use.", usage.residentBytes)
        metrics.add("process_virtual_memory_bytes", .gauge, "Size of the address space.", usage.virtualBytes)
        metrics.add("process_cpu_seconds_total", .counter, "User and system time.", seconds: usage.cpuSeconds)
        metrics.add("process_open_fds", .gauge, "Open file descriptors.", usage.openDescriptors)
        metrics.add("process_max_fds", .gauge, "Most file descriptors that may be open.", usage.maxDescriptors)
        metrics.add("process_start_time_seconds", .gauge, "When the process began.", seconds: usage.startTime)
    }
}
