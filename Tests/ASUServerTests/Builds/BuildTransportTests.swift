import ASUCore
import ASUTestSupport
import Glibc
import Testing

extension ServerTests {
    /// How clients of all ages put their requests on the wire.
    @Suite struct BuildTransportTests {
        private static let body = Array(JSONValue.request(["packages": ["vim"]]).text.utf8)

        @Test(arguments: [1, 7, 4096])
        func chunkedWithoutLength_isRead(chunk: Int) async throws {
            let running = try await RunningServer.current()
            let raw = running.raw
            let reply = try await raw.postChunked("/api/v1/build", Self.body, chunk: chunk)
            #expect(reply.status == 202, "\(reply.text)")
            #expect(reply.headers["x-imagebuilder-status"] == "queued")
        }

        @Test func chunkedInPieces_isRead() async throws {
            let running = try await RunningServer.current()
            let raw = running.raw
            let connection = try raw.open()
            defer { close(connection) }
            let head =
                "POST /api/v1/build HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
            try RawClient.write(Array(head.utf8), to: connection)
            for byte in Self.body {
                try RawClient.write(Array("1\r\n".utf8) + [byte] + Array("\r\n".utf8), to: connection)
                await Task.yield()
            }
            try RawClient.write(Array("0\r\n\r\n".utf8), to: connection)
            let reply = try await BlockingWork.runForLong { try RawClient.parse(RawClient.readToEnd(connection)) }
            #expect(reply.status == 202, "\(reply.text)")
        }

        @Test(arguments: [
            "POST /api/v1/build HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nxx\r\n0\r\n\r\n",
            "POST /api/v1/build HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFF\r\n",
            "POST /api/v1/build HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n",
            "POST /api/v1/build HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n{}",
            "POST /api/v1/build HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\n{}",
            "POST /api/v1/build HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{",
            "GET /healthz HTTP/9.9\r\nHost: a\r\n\r\n",
            "GET /healthz\r\n\r\n",
            "GET  /healthz HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET ? HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET http:// HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET http://a: HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET http://a:99999999999999999999/?x HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET :// HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET /# HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET /\u{E9}\u{301}/\u{1F600} HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET /%C3%28%ED%A0%80%FF HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET /healthz HTTP/1.1\r\nHost: a\r\nX: \u{0}\r\n\r\n",
            "GET /healthz HTTP/1.1\r\nHost: a\r\n: x\r\n\r\n",
            "GET /healthz HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip;q=\u{661}, ;;;, *;q=nan\r\n\r\n",
            "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
            "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n",
            "BREW /healthz HTTP/1.1\r\nHost: a\r\n\r\n",
            "\u{0}\u{1}\u{2}\r\n\r\n",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        ])
        func malformed_harmsNobody(_ text: String) async throws {
            let running = try #require(RunningServer.shared)
            let raw = running.raw
            let bytes = try await raw.exchange(Array(text.utf8), closingInput: true)
            // A 5xx would be a fault of ours; no answer at all is one too, except to what isn't HTTP.
            if let reply = try? RawClient.parse(bytes) { #expect((200..<500).contains(reply.status), "\(reply)") }
            #expect(running.server.process.isRunning)
            #expect(try await running.send("/healthz").status == 200)
            let log = try running.server.log()
            #expect(!log.contains("a request failed"), "\(log)")
        }

        @Test func hugeHead_isRefused() async throws {
            let running = try #require(RunningServer.shared)
            let raw = running.raw
            for head in [
                "GET /\(String(repeating: "a", count: 200_000)) HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\nX: \(String(repeating: "a", count: 200_000))\r\n\r\n",
                "GET / HTTP/1.1\r\n\(String(repeating: "X: a\r\n", count: 5_000))\r\n",
            ] {
                let bytes = try await raw.exchange(Array(head.utf8))
                if let reply = try? RawClient.parse(bytes) { #expect((400..<500).contains(reply.status), "\(reply)") }
            }
            #expect(try await running.send("/healthz").status == 200)
        }

        @Test func noUserAgent_isServed() async throws {
            let running = try await RunningServer.current()
            let raw = running.raw
            let reply = try await raw.request("POST /api/v1/build", body: Self.body)
            #expect(reply.status == 202, "\(reply.text)")
            #expect(try await client(of: running) == "unknown/0")
        }

        @Test(arguments: [
            ("auc (0.3.1)", "auc/0.3.1"), ("auc/0.3.2-1", "auc/0.3.2-1"), ("owut/2025.1", "owut/2025.1"),
            ("Mozilla/5.0", "unknown/0"), ("", "unknown/0"), ("auc (", "auc/"),
        ])
        func userAgent_namesTheClient(agent: String, client name: String) async throws {
            let running = try await RunningServer.current()
            let raw = running.raw
            _ = try await raw.request("POST /api/v1/build", headers: ["User-Agent: \(agent)"], body: Self.body)
            #expect(try await client(of: running) == name)
        }

        /// Combining marks make many bytes one character.
        @Test func userAgent_oddIsNoError() async throws {
            let running = try await RunningServer.current()
            let raw = running.raw
            let agent = "owut/" + String(repeating: "\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}", count: 80)
            let reply = try await raw.request("POST /api/v1/build", headers: ["User-Agent: \(agent)"], body: Self.body)
            #expect(reply.status == 202, "\(reply.text)")
        }

        @Test func keepAlive_carriesErrorsAndAnswers() async throws {
            let running = try await RunningServer.current()
            let raw = running.raw
            let big = String(repeating: " ", count: 2_200_000)
            let requests =
                "POST /api/v1/build HTTP/1.1\r\nHost: a\r\nContent-Length: \(big.utf8.count)\r\n\r\n\(big)"
                + "GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\nHEAD /nowhere HTTP/1.1\r\nHost: a\r\n\r\n"
                + "GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
            let text = String(decoding: try await raw.exchange(Array(requests.utf8)), as: UTF8.self)
            let statuses = text.ranges(of: "HTTP/1.1 ").map { text[$0.upperBound...].prefix(3) }
            #expect(statuses == ["413", "404", "404", "200"], "\(text)")
        }

        private func client(of running: RunningServer) async throws -> String? {
            try await running.claimedJob().request.client
        }
    }
}
