import ASUCore
import ASUTestSupport
import Testing

extension ServerTests {
    @Suite struct CompressionTests {
        private static let body =
            #"{"status":200,"detail":"done","stdout":"\#(String(repeating: "line ", count: 2000))"}"#

        private func get(_ running: RunningServer, _ path: String, _ accept: String?) async throws -> HTTPReply {
            try await running.send(path, headers: accept.map { [("Accept-Encoding", $0)] } ?? [])
        }

        @Test(arguments: [
            "gzip", "gzip, deflate, br, zstd", "br;q=1.0, gzip;q=0.8, *;q=0.1", "GZIP", "*", "deflate,gzip ; q=0.001",
            "*;q=0, gzip",
        ])
        func finished_isSentCompressed(_ accept: String) async throws {
            let running = try await RunningServer.current()
            let hash = try await running.enqueue(.request())
            try await running.finish(.done, body: Self.body)
            let plain = try await get(running, "/api/v1/build/\(hash)", nil)
            #expect(plain.text == Self.body)
            #expect(plain.headers["content-encoding"] == nil)
            #expect(plain.headers["vary"] == "Accept-Encoding")
            let reply = try await get(running, "/api/v1/build/\(hash)", accept)
            #expect(reply.headers["content-encoding"] == "gzip")
            #expect(reply.headers["vary"] == "Accept-Encoding")
            #expect(reply.headers["content-type"] == "application/json")
            #expect(reply.headers["x-imagebuilder-status"] == "done")
            #expect(reply.body.count < plain.body.count / 10)
            #expect(try Compression.decompress(reply.body, maxBytes: 1 << 20) == plain.body)
            let post = try await running.post(.request(), headers: [("Accept-Encoding", accept)])
            #expect(post.body == reply.body)
            let head = try await running.send("/api/v1/build/\(hash)", .head, headers: [("Accept-Encoding", accept)])
            #expect(head.headers["content-length"] == "\(reply.body.count)")
        }

        @Test(arguments: ["identity", "gzip;q=0", "gzip;q=0.000, *", "br", "", "*;q=0", "x-gzipped", "gzip;q=nan"])
        func finished_isSentPlain(_ accept: String) async throws {
            let running = try await RunningServer.current()
            let hash = try await running.enqueue(.request())
            try await running.finish(.done, body: Self.body)
            // By the raw client, as libcurl leaves an empty field out.
            let reply = try await running.raw
                .request("GET /api/v1/build/\(hash)", headers: ["Accept-Encoding: \(accept)"])
            #expect(reply.headers["content-encoding"] == nil, "\(accept)")
            #expect(reply.text == Self.body)
        }

        @Test func small_isSentPlain() async throws {
            let running = try await RunningServer.current()
            let reply = try await running.post(.request(), headers: [("Accept-Encoding", "gzip")])
            #expect(reply.headers["content-encoding"] == nil)
            #expect(reply.status == 202)
        }

        @Test func largeError_isCompressed() async throws {
            let running = try await RunningServer.current()
            let names = (0..<300).map { JSONValue.string("package-nobody-knows-\($0)") }
            let request = JSONValue.request(["packages": .array(names)])
            let plain = try await running.post(request)
            let reply = try await running.post(request, headers: [("Accept-Encoding", "gzip")])
            #expect(reply.status == 422)
            #expect(reply.headers["content-encoding"] == "gzip")
            #expect(try Compression.decompress(reply.body, maxBytes: 1 << 20) == plain.body)
        }
    }
}
