import ASUCore
import ASUTestSupport
import Foundation
import Testing

extension ServerTests {
    /// One build through its states as the API of 2020 tells them.
    @Suite struct LegacyBuildTests {
        private func answers(_ running: RunningServer, _ body: JSONValue, _ hash: String) async throws -> HTTPReply {
            let post = try await running.postLegacy(body)
            let get = try await running.send("/api/build/\(hash)?1795448944895")
            let head = try await running.send("/api/build/\(hash)", .head)
            #expect(post.status == get.status)
            #expect(post.text == get.text)
            #expect(head.status == get.status)
            #expect(head.body.isEmpty)
            #expect(get.headers["access-control-allow-origin"] == "*")
            #expect(get.headers["cache-control"] == "no-store")
            return get
        }

        @Test func queued_hasWordAndPosition() async throws {
            let running = try await RunningServer.current()
            let first = try await running.postLegacy(.legacy())
            #expect(first.status == 202)
            #expect(Set(first.json.keys) == ["status", "request_hash", "enqueued_at", "queue_position"])
            #expect(first.json["queue_position"] == 0)
            let second = JSONValue.legacy(["packages": ["tmux"]])
            let reply = try await answers(running, second, running.enqueueLegacy(second))
            #expect(reply.status == 202)
            #expect(Set(reply.json.keys) == ["status", "request_hash", "enqueued_at", "queue_position"])
            #expect(reply.json["status"] == "queued")
            #expect(reply.json["queue_position"] == 1)
            let pattern = /(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z][a-z] \d{4} \d\d:\d\d:\d\d GMT/
            #expect(try pattern.wholeMatch(in: #require(reply.json["enqueued_at"]?.string)) != nil)
        }

        @Test func started_hasNoPosition() async throws {
            let running = try await RunningServer.current()
            let hash = try await running.enqueueLegacy(.legacy())
            _ = try await running.claim()
            let reply = try await answers(running, .legacy(), hash)
            #expect(reply.status == 202)
            #expect(Set(reply.json.keys) == ["status", "request_hash", "enqueued_at"])
            #expect(reply.json["status"] == "started")
            #expect(reply.json["request_hash"] == .string(hash))
        }

        @Test func done_isTheStoredBodyWithoutStatus() async throws {
            let running = try await RunningServer.current()
            let hash = try await running.enqueueLegacy(.legacy())
            let body = #"{"bin_dir":"a/b","images":[{"name":"a.bin"}]}"#
            try await running.finishLegacy(.done, body: body)
            let reply = try await answers(running, .legacy(), hash)
            #expect(reply.status == 200)
            #expect(reply.text == body)
            let packed = try await running.send("/api/build/\(hash)", headers: [("Accept-Encoding", "gzip")])
            #expect(packed.headers["content-encoding"] == "gzip")
            #expect(try Compression.decompress(packed.body, maxBytes: 1000) == Array(body.utf8))
        }

        @Test func failed_isTheStoredBodyWith500() async throws {
            let running = try await RunningServer.current()
            let hash = try await running.enqueueLegacy(.legacy())
            let body = #"{"buildlog":true,"message":"too large"}"#
            try await running.finishLegacy(.failed, body: body)
            let reply = try await answers(running, .legacy(), hash)
            #expect(reply.status == 500)
            #expect(reply.text == body)
        }

        @Test func resultWithoutLegacyBody_is500() async throws {
            let running = try await RunningServer.current()
            let hash = try await running.enqueueLegacy(.legacy())
            try await running.finish(.done, body: "{}")
            let reply = try await running.send("/api/build/\(hash)")
            #expect(reply.status == 500)
            #expect(reply.json["message"]?.string?.isEmpty == false)
            #expect(reply.json["status"] == nil)
        }

        @Test(arguments: [String(repeating: "0", count: 64), "x", "..%2f..", "%00", "c98c580520b2"])
        func unknownHash_is404(_ hash: String) async throws {
            let running = try await RunningServer.current()
            let raw = try await running.raw.request("GET /api/build/\(hash)")
            #expect(raw.status == 404)
            #expect(raw.text.contains(#""status":"not_found""#))
        }

        @Test func otherMethods_are405() async throws {
            let running = try await RunningServer.current()
            let hash = try await running.enqueueLegacy(.legacy())
            for (method, path) in [("POST", "/api/build/\(hash)"), ("GET", "/api/build"), ("PUT", "/api/build")] {
                #expect(try await running.raw.request("\(method) \(path)").status == 405, "\(method) \(path)")
            }
        }

        @Test(arguments: [1, 7, 4096]) func chunked_isRead(chunk: Int) async throws {
            let running = try await RunningServer.current()
            let body = Array(JSONValue.legacy().text.utf8)
            let reply = try await running.raw.postChunked("//api/build/", body, chunk: chunk)
            #expect(reply.status == 202, "\(reply.text)")
        }

        @Test func brokenFraming_harmsNobody() async throws {
            let running = try await RunningServer.current()
            for text in [
                "POST /api/build HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nxx\r\n0\r\n\r\n",
                "POST /api/build HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\n{}",
                "POST /api/build HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{",
            ] {
                let bytes = try await running.raw.exchange(Array(text.utf8), closingInput: true)
                if let reply = try? RawClient.parse(bytes) { #expect((400..<500).contains(reply.status), "\(reply)") }
            }
            let big = try await running.send("/api/build", .post, body: String(repeating: " ", count: 2_200_000))
            #expect(big.status == 413)
            #expect(try !running.server.log().contains("a request failed"))
        }

        @Test func equalRequestsOfBothAPIs_areOneJob() async throws {
            let running = try await RunningServer.current()
            let old = try await running.enqueueLegacy(.legacy())
            let new = try await running.enqueue(.request(["packages": ["vim"]]))
            #expect(old == new)
            #expect(try await running.queue.counts().waiting == 1)
        }
    }
}

/// The API of 2020 with a full queue.
@Suite struct LegacyOverloadTests {
    @Test func maxPendingJobs_reached529() async throws {
        try await RunningServer.with(settings: ["MAX_PENDING_JOBS": "1"]) { running in
            _ = try await running.enqueueLegacy(.legacy())
            let reply = try await running.postLegacy(.legacy(["packages": ["tmux"]]))
            reply.expectRefusal(529, "overloaded")
            #expect(reply.headers["retry-after"] != nil)
            #expect(try await running.postLegacy(.legacy()).status == 202)
        }
    }
}
