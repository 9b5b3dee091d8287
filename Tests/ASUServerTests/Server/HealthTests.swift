import ASUCore
import ASUTestSupport
import Testing

extension ServerTests {
    @Suite struct HealthTests {
        @Test func healthz_answers() async throws {
            let running = try #require(RunningServer.shared)
            let reply = try await running.send("/healthz")
            #expect(reply.status == 200)
            #expect(reply.json == ["status": "ok"])
            #expect(reply.headers["cache-control"] == "no-store")
            let head = try await running.send("/healthz", .head)
            #expect(head.status == 200)
            #expect(head.body.isEmpty)
            #expect(head.headers["content-length"] == reply.headers["content-length"])
        }

        @Test func readyz_tellsCatalogAndWorkers() async throws {
            let running = try await RunningServer.current()
            var reply = try await running.send("/readyz")
            #expect(reply.status == 200)
            #expect(reply.json["status"] == 200)
            #expect(reply.json["detail"] == "ready")
            #expect(reply.json["redis"] == "ok")
            #expect(reply.json["workers"] == 0)
            #expect(reply.json["catalog"]?.object?["versions"] == 4)
            _ = try await running.queue.claim(worker: "worker-1", lease: .seconds(10))
            reply = try await running.send("/readyz")
            #expect(reply.json["workers"] == 1)
        }

        @Test func stats_countsWhatWaits() async throws {
            let running = try await RunningServer.current()
            #expect(try await running.send("/api/v1/stats").json == ["queue_length": 0])
            _ = try await running.enqueue(.request())
            _ = try await running.enqueue(.request(["packages": ["vim"]]))
            let reply = try await running.send("/api/v1/stats")
            #expect(reply.status == 200)
            #expect(reply.json == ["queue_length": 2])
            _ = try await running.claim()
            #expect(try await running.send("/api/v1/stats").json == ["queue_length": 1])
        }
    }
}

/// Without Redis or a catalog the server is alive but not ready, and says so at once.
@Suite struct OutageTests {
    @Test func redisGone_is503AtOnceAndRecovers() async throws {
        try await RunningServer.with { running in
            let hash = try await running.enqueue(.request())
            try await running.redisServer.kill()
            let clock = ContinuousClock()
            let time = try await clock.measure {
                let ready = try await running.send("/readyz")
                ready.expectError(503)
                #expect(ready.json["redis"] == "unreachable")
                try await running.post(.request()).expectError(503)
                let reply = try await running.send("/api/v1/build/\(hash)")
                reply.expectError(503)
                #expect(reply.headers["retry-after"] != nil)
                #expect(try await running.send("/api/v1/build/\(hash)", .head).status == 503)
                try await running.send("/api/v1/stats").expectError(503)
                try await running.send("/store/\(hash)/x.bin").expectError(503)
                #expect(try await running.send("/healthz").status == 200)
                // What is wrong with a request can be told without Redis.
                try await running.post([:]).expectError(400)
            }
            #expect(time < .seconds(2), "\(time)")

            try await running.redisServer.restart()
            // The new Redis is empty: the server keeps the catalog that it has until there is another.
            try await SampleCatalog.publish(to: running.redis)
            try await running.until("ready again") { try await running.send("/readyz").status == 200 }
            try await running.until("accepting again") { try await running.post(.request()).status == 202 }
        }
    }

    @Test func redisSilent_is503InTheEnd() async throws {
        try await RunningServer.with { running in
            running.redisServer.pause()
            try await running.send("/readyz").expectError(503)
            #expect(try await running.send("/healthz").status == 200)
            running.redisServer.resume()
            try await running.until("ready again") { try await running.send("/readyz").status == 200 }
        }
    }

    @Test func redisMissingAtStart_serverComesUpWithIt() async throws {
        try await withRedis { redisServer, redis in
            try await redisServer.kill()
            let server = try await ServerProcess.start(
                redis: "\(redisServer.url)",
                settings: ["BRANCHES": SampleCatalog.branches]
            )
            let running = RunningServer(server: server, redisServer: redisServer, redis: redis)
            defer { running.client.shutdown() }
            #expect(try await running.send("/healthz").status == 200)
            try await running.send("/readyz").expectError(503)
            try await redisServer.restart()
            try await running.until("no catalog") {
                let reply = try await running.send("/readyz")
                return reply.json["redis"] == "ok" && reply.detail?.contains("asu-janitor init") == true
            }
            try await running.post(.request()).expectError(400, detail: "Unsupported version: 24.10.2")
            try await SampleCatalog.publish(to: redis)
            try await running.until("ready") { try await running.send("/readyz").status == 200 }
            #expect(try await running.post(.request()).status == 202)
            #expect(try await server.stop() == .exited(0))
        }
    }
}

extension RunningServer {
    /// Waits until `condition` holds, 10 seconds at most.
    func until(_ what: String, _ condition: () async throws -> Bool) async throws {
        let end = ContinuousClock.now + .seconds(10)
        while ContinuousClock.now < end {
            if try await condition() { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        Issue.record("not \(what) after 10 seconds")
    }
}
