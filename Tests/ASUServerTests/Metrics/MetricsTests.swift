import ASUCore
import ASUTestSupport
import Glibc
import Testing

extension ServerTests {
    /// `/metrics`, as a scraper reads it.
    @Suite struct MetricsTests {
        private static let clients = [
            ("owut/2025.1", "owut", "2025.1"), ("a\"b\\c\nd\"\u{301}/1", "a\"b\\c\nd\"\u{301}", "1"),
            ("plain", "plain", ""),
            ("other", "other", "other"), ("x/y/z", "x", "y/z"),
        ]

        @Test func metrics_areWellFormedWhateverClientsCallThemselves() async throws {
            let running = try await RunningServer.current()
            _ = try await running.enqueue(.request())
            var commands = Self.clients.map { RedisCommand("HSET", "asu:totals:clients", $0.0, 7) }
            commands += [
                RedisCommand("HSET", "asu:totals:clients", "plain/", 5),
                RedisCommand("HSET", "asu:totals:builds", "24.10.2 ath79/generic", 40, "other", 2),
                RedisCommand("HSET", "asu:totals:failures", "SNAPSHOT x86/64", 3),
                RedisCommand("HSET", "asu:totals", "cache-hits", 1_000_000_000_000),
            ]
            _ = try await running.redis.pipeline(commands)
            var found: MetricsParser?
            // The answer before may be kept for a second.
            for _ in 0..<50 {
                let reply = try await running.send("/metrics")
                #expect(reply.status == 200)
                #expect(reply.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
                #expect(reply.headers["cache-control"] == "no-store")
                #expect(reply.headers["access-control-allow-origin"] == "*")
                let metrics = try MetricsParser(reply.text)
                found = metrics
                if metrics.samples.keys.contains(where: { $0.labels["version"] == "y/z" }) { break }
                try await Task.sleep(for: .milliseconds(100))
            }
            let metrics = try #require(found)
            func value(_ name: String, _ labels: [String: String] = [:]) -> Double? {
                metrics.samples[.init(name: name, labels: labels)]
            }
            for (_, name, version) in Self.clients {
                #expect(
                    value("clients_total", ["name": name, "version": version]) == (name == "plain" ? 12 : 7),
                    "\(name)"
                )
            }
            #expect(
                value("builds_total", ["branch": "24.10", "version": "24.10.2", "target": "ath79/generic"]) == 40
            )
            #expect(value("builds_total", ["branch": "other", "version": "other", "target": "other"]) == 2)
            let failed = ["branch": "SNAPSHOT", "version": "SNAPSHOT", "target": "x86/64"]
            #expect(value("asu_build_failures_total", failed) == 3)
            #expect(value("cache_hits") ?? 0 >= 1e12)
            #expect(value("asu_queue_length") == 1)
            #expect(value("asu_jobs_running") == 0)
            #expect(value("asu_redis_up") == 1)
            #expect(value("asu_catalog_versions") == Double(SampleCatalog.versions.count))
            #expect(value("asu_catalog_generation") ?? 0 > 0)
            #expect(value("asu_requests_total") != nil && value("cache_misses") != nil && value("asu_workers") == 0)
            #expect(metrics.types["builds_total"] == "counter" && metrics.types["cache_hits"] == "gauge")
            #expect(value("process_resident_memory_bytes") ?? 0 > 1e6)
            #expect(value("process_open_fds") ?? 0 > 3)
            #expect(value("process_cpu_seconds_total") ?? 0 > 0)
            #expect(value("process_max_fds") ?? 0 > 100)
            #expect(value("process_start_time_seconds") ?? 0 > 1_500_000_000)
        }

        @Test func processUsage_isOfThisProcess() async throws {
            let running = try await RunningServer.current()
            let metrics = try MetricsParser(try await running.send("/metrics").text)
            let start = try #require(metrics.samples[.init(name: "process_start_time_seconds", labels: [:])])
            // Began within this run of the tests, by the same clock.
            #expect(abs(start - Double(time(nil))) < 3600)
        }
    }
}
