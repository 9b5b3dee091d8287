import ASUCore
import ASUTestSupport
import Foundation
import Testing

extension ServerTests {
    /// One build through its states, as POST, GET and HEAD tell them.
    @Suite struct BuildStateTests {
        private static let queuedKeys: Set = ["status", "detail", "queue_position", "request_hash", "enqueued_at"]
        private static let startedKeys: Set = [
            "status", "detail", "imagebuilder_status", "request_hash", "enqueued_at", "request",
        ]

        /// The answers to POST, GET and HEAD of one request, which must agree.
        private func answers(_ running: RunningServer, _ request: JSONValue, _ hash: String) async throws -> HTTPReply {
            let post = try await running.post(request)
            let get = try await running.send("/api/v1/build/\(hash)")
            let head = try await running.send("/api/v1/build/\(hash)", .head)
            #expect(post.status == get.status)
            #expect(post.json == get.json)
            #expect(head.status == get.status)
            #expect(head.body.isEmpty)
            for name in ["x-imagebuilder-status", "x-queue-position", "content-type", "access-control-allow-origin"] {
                #expect(get.headers[name] != nil, "\(name)")
                #expect(post.headers[name] == get.headers[name], "\(name)")
                #expect(head.headers[name] == get.headers[name], "\(name)")
            }
            return get
        }

        @Test func queued_hasPositionAndNoStep() async throws {
            let running = try await RunningServer.current()
            let first = try await running.enqueue(.request())
            let request = JSONValue.request(["packages": ["vim"]])
            let hash = try await running.enqueue(request)
            let reply = try await answers(running, request, hash)
            #expect(reply.status == 202)
            #expect(Set(reply.json.keys) == Self.queuedKeys)
            #expect(reply.json["status"] == 202)
            #expect(reply.json["detail"] == "queued")
            #expect(reply.json["queue_position"] == 1)
            #expect(reply.json["request_hash"] == .string(hash))
            #expect(reply.headers["x-imagebuilder-status"] == "queued")
            #expect(reply.headers["x-queue-position"] == "1")
            #expect(reply.headers["cache-control"] == "no-store")
            let at = try #require(reply.json["enqueued_at"]?.string)
            #expect(try abs(Date(at, strategy: .iso8601).timeIntervalSinceNow) < 60)
            let ahead = try await running.send("/api/v1/build/\(first)")
            #expect(ahead.json["queue_position"] == 0)
            #expect(ahead.headers["x-queue-position"] == "0")
        }

        @Test func created_hasTheSameShapeAsQueued() async throws {
            let running = try await RunningServer.current()
            let reply = try await running.post(.request())
            #expect(reply.status == 202)
            #expect(Set(reply.json.keys) == Self.queuedKeys)
            #expect(reply.json["queue_position"] == 0)
            #expect(reply.headers["x-imagebuilder-status"] == "queued")
            #expect(reply.headers["x-queue-position"] == "0")
        }

        @Test func started_hasStepAndRequestAndNoPosition() async throws {
            let running = try await RunningServer.current()
            let request = JSONValue.request(["packages": ["vim", "tmux"], "client": "luci/24"])
            let hash = try await running.enqueue(request)
            let job = try await running.claim()
            var reply = try await answers(running, request, hash)
            #expect(reply.status == 202)
            #expect(Set(reply.json.keys) == Self.startedKeys)
            #expect(reply.json["detail"] == "started")
            #expect(reply.json["imagebuilder_status"] == "init")
            #expect(reply.headers["x-imagebuilder-status"] == "init")
            #expect(reply.headers["x-queue-position"] == "0")
            let echo = try #require(reply.json["request"]?.object)
            #expect(echo["packages"] == ["vim", "tmux"])
            #expect(echo["client"] == "luci/24")
            #expect(echo["version_code"] == "")
            #expect(echo["rootfs_size_mb"] == .null)
            #expect(echo["defaults"] == .null)

            try await running.queue.progress(job.lease, step: BuildStep.buildingImage.rawValue)
            reply = try await answers(running, request, hash)
            #expect(reply.json["imagebuilder_status"] == "building_image")
            #expect(reply.headers["x-imagebuilder-status"] == "building_image")
        }

        @Test func requeued_isQueuedAgain() async throws {
            let running = try await RunningServer.current()
            let hash = try await running.enqueue(.request())
            try await running.queue.requeue(running.claim().lease, reason: "test", countAttempt: true)
            let reply = try await answers(running, .request(), hash)
            #expect(Set(reply.json.keys) == Self.queuedKeys)
            #expect(reply.headers["x-imagebuilder-status"] == "queued")
        }

        @Test func done_isTheStoredBodyWith200() async throws {
            let running = try await RunningServer.current()
            let hash = try await running.enqueue(.request())
            let body = #"{"status":200,"detail":"done","images":[]}"#
            try await running.finish(.done, body: body)
            let reply = try await answers(running, .request(), hash)
            #expect(reply.status == 200)
            #expect(reply.text == body)
            #expect(reply.headers["x-imagebuilder-status"] == "done")
            #expect(reply.headers["x-queue-position"] == "0")
            #expect(reply.headers["content-length"] == "\(body.utf8.count)")
            let head = try await running.send("/api/v1/build/\(hash)", .head)
            #expect(head.headers["content-length"] == "\(body.utf8.count)")
        }

        @Test func failed_isAnsweredAtOnceWith500() async throws {
            let running = try await RunningServer.current()
            let hash = try await running.enqueue(.request())
            try await running.finish(.failed, body: #"{"status":500,"detail":"Error: too large","stderr":""}"#)
            let reply = try await answers(running, .request(), hash)
            reply.expectError(500, detail: "Error: too large")
            #expect(reply.headers["x-imagebuilder-status"] == "failed")
            #expect(reply.headers["x-queue-position"] == "0")
        }

        @Test func damagedRecord_isAnError() async throws {
            let running = try await RunningServer.current()
            let hash = try await running.enqueue(.request())
            try await running.finish(.done, body: "{}")
            let key = running.queue.keys.build(hash)
            for status in ["99999", "-1", "100", "304"] {
                _ = try await running.redis.send(RedisCommand("HSET", key, "status", status))
                try await running.send("/api/v1/build/\(hash)").expectError(500)
            }
            _ = try await running.redis.send(RedisCommand("HDEL", key, ResultField.v1))
            _ = try await running.redis.send(RedisCommand("HSET", key, "status", "200"))
            try await running.send("/api/v1/build/\(hash)").expectError(500)
            #expect(try await running.send("/healthz").status == 200)
        }

        @Test func newRevision_postBuildsAnewAndGetKeepsTheOldResult() async throws {
            let running = try await RunningServer.current()
            let request = JSONValue.request(["version": .string(SampleCatalog.snapshot)])
            let hash = try await running.enqueue(request)
            let body = #"{"status":200,"detail":"done"}"#
            try await running.finish(.done, body: body, revision: SampleCatalog.revision, binDir: "old/folder")
            #expect(try await running.post(request).status == 200)

            let generation = try await SampleCatalog.publish(
                SampleCatalog.snapshot,
                revision: "r28500-aaaaaaaaaa",
                to: running.redis
            )
            try await running.waitForCatalog(generation)
            #expect(try await running.send("/api/v1/build/\(hash)").text == body)
            let reply = try await running.post(request)
            #expect(reply.status == 202)
            #expect(reply.json["request_hash"] == .string(hash))
            #expect(try await running.queue.counts().waiting == 1)
            // The old files can be found until the new ones are there.
            let old = try await running.send("/store/\(hash)/a.bin")
            #expect(old.headers["location"] == "/store/old/folder/a.bin")
        }

        @Test func equalPostsAtOnce_makeOneJob() async throws {
            let running = try await RunningServer.current()
            let hashes = try await withThrowingTaskGroup(of: String?.self) { group in
                for number in 0..<24 {
                    // The profile's spelling and the client are no part of what is asked for.
                    let request = JSONValue.request([
                        "profile": number % 2 == 0 ? "8dev,carambola2" : "8dev_carambola2",
                        "client": .string("test/\(number)"),
                    ])
                    group.addTask { try await running.post(request).json["request_hash"]?.string }
                }
                return try await group.reduce(into: Set<String?>()) { $0.insert($1) }
            }
            #expect(hashes.count == 1)
            #expect(try await running.queue.counts().waiting == 1)
        }
    }
}

extension RunningServer {
    /// Waits until the server has read that generation of the catalog.
    func waitForCatalog(_ generation: Int64) async throws {
        let end = ContinuousClock.now + .seconds(10)
        while ContinuousClock.now < end {
            let report = try await send("/readyz").json["catalog"]?.object
            if case .integer(let number)? = report?["generation"], number >= generation { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        Issue.record("the server didn't read the catalog again")
    }
}
