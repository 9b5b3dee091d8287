import ASUTestSupport
import Testing

@testable import ASUCore

@Suite struct HTTPClientTests {
    private let client = HTTPClient.forTests()

    @Test(.enabled(if: NginxServer.isAvailable))
    func fetch_realServer_bodyHeadersAndConditions() async throws {
        let directory = try TemporaryDirectory()
        try directory.write("{\"a\":1}", to: "a.json")
        let server = try await NginxServer.start(root: directory.path)

        let reply = try await client.fetch(HTTPFetch(server.url + "/a.json"))
        #expect(reply.status == 200)
        #expect(reply.text == "{\"a\":1}")
        #expect(reply.headers["CONTENT-type"] == "application/json")
        #expect(reply.headers.contentLength == 7)
        #expect(reply.finalURL == server.url + "/a.json")

        let etag = try #require(reply.headers.etag)
        let byTag = try await client.fetch(HTTPFetch(server.url + "/a.json", etag: etag))
        #expect(byTag.status == 304 && byTag.body.isEmpty)
        let date = try #require(reply.headers.lastModified)
        let byDate = try await client.fetch(HTTPFetch(server.url + "/a.json", ifModifiedSince: date))
        #expect(byDate.status == 304)
        let part = try await client.fetch(HTTPFetch(server.url + "/a.json", rangeStart: 4))
        #expect(part.status == 206 && part.text == ":1}")
        let head = try await client.fetch(HTTPFetch(server.url + "/a.json", method: .head))
        #expect(head.status == 200 && head.body.isEmpty && head.headers.contentLength == 7)
        let missing = try await client.fetch(HTTPFetch(server.url + "/none"))
        #expect(missing.status == 404 && missing.text.contains("<html>"))
        #expect(try await server.requests(atLeast: 6).last == "GET /none HTTP/1.1 404 -")
    }

    @Test(.enabled(if: NginxServer.isAvailable))
    func fetch_hundredAtOnce_allArrive() async throws {
        let directory = try TemporaryDirectory()
        for number in 0..<100 { try directory.write("file \(number)", to: "\(number)") }
        let server = try await NginxServer.start(root: directory.path)
        let texts = try await withThrowingTaskGroup(of: (Int, String).self) { group in
            for number in 0..<100 {
                group.addTask { (number, try await client.fetch(HTTPFetch("\(server.url)/\(number)")).text) }
            }
            return try await group.reduce(into: [Int: String]()) { $0[$1.0] = $1.1 }
        }
        #expect(texts.count == 100)
        for (number, text) in texts { #expect(text == "file \(number)") }
    }

    @Test func fetch_post_sendsBodyAndHeaders() async throws {
        let server = try ScriptedServer { _, _ in .text("HTTP/1.1 202 Accepted\r\nX-A: 1\r\nX-A: 2\r\n\r\nok") }
        let body = Array("{\"profile\":\"x\"}".utf8)
        let reply = try await client.fetch(
            HTTPFetch(
                server.url + "/api",
                method: .post,
                headers: [("Content-Type", "application/json"), ("X-Empty", "")],
                body: body
            )
        )
        #expect(reply.status == 202 && reply.text == "ok")
        #expect(reply.headers.all("x-a") == ["1", "2"])
        let head = try #require(server.heads.first)
        #expect(head.hasPrefix("POST /api HTTP/1.1\r\n"))
        #expect(head.contains("Content-Length: \(body.count)\r\n"))
        #expect(head.contains("Content-Type: application/json\r\n"))
        #expect(head.contains("X-Empty:"))
        #expect(head.contains("User-Agent: asu-tests\r\n"))
        #expect(!head.contains("Expect"))
    }

    @Test func fetch_unixSocket() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("s")
        let server = try ScriptedServer(unixSocketPath: path) { _, _ in .text("HTTP/1.1 200 OK\r\n\r\nby socket") }
        let reply = try await client.fetch(HTTPFetch("http://anything/x", unixSocketPath: path))
        #expect(reply.text == "by socket")
        #expect(server.heads.first?.contains("Host: anything") == true)
    }

    @Test func fetch_redirects_followedReturnedAndBounded() async throws {
        let server = try ScriptedServer { _, head in
            if head.hasPrefix("GET /start ") {
                return .text("HTTP/1.1 302 Found\r\nLocation: /end\r\nX-Old: 1\r\nContent-Length: 3\r\n\r\nold")
            }
            if head.hasPrefix("GET /ftp ") {
                return .text("HTTP/1.1 302 Found\r\nLocation: ftp://127.0.0.1:1/a\r\nContent-Length: 0\r\n\r\n")
            }
            if head.hasPrefix("GET /loop ") {
                return .text("HTTP/1.1 302 Found\r\nLocation: /loop\r\nContent-Length: 0\r\n\r\n")
            }
            return .text("HTTP/1.1 200 OK\r\n\r\nend")
        }
        let reply = try await client.fetch(HTTPFetch(server.url + "/start"))
        #expect(reply.text == "end" && reply.finalURL.hasSuffix("/end"))
        #expect(reply.headers["x-old"] == nil)
        let first = try await client.fetch(HTTPFetch(server.url + "/start", followsRedirects: false))
        #expect(first.status == 302 && first.headers["location"] == "/end" && first.text == "old")
        for path in ["/ftp", "/loop"] {
            let error = await #expect(throws: HTTPFetchError.self) {
                try await client.fetch(HTTPFetch(server.url + path))
            }
            #expect(error?.code == .badRedirect, "\(path): \(error?.description ?? "")")
        }
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nab",
        "",
    ])
    func fetch_connectionCut_isTruncated(answer: String) async throws {
        let server = try ScriptedServer { _, _ in .text(answer) }
        let error = await #expect(throws: HTTPFetchError.self) { try await client.fetch(HTTPFetch(server.url)) }
        #expect(error?.code == .truncated, "\(error?.description ?? "")")
        #expect(error?.isTransient == true)
    }

    @Test func fetch_longerThanMaxBytes_isTooLarge() async throws {
        let server = try ScriptedServer { _, _ in .text("HTTP/1.1 200 OK\r\n\r\n0123456789") }
        let error = await #expect(throws: HTTPFetchError.self) {
            try await client.fetch(HTTPFetch(server.url, maxBytes: 9))
        }
        #expect(error?.code == .tooLarge)
        #expect(try await client.fetch(HTTPFetch(server.url, maxBytes: 10)).body.count == 10)
    }

    @Test func fetch_compressionBomb_isTooLarge() async throws {
        let bomb = try Compression.gzip([UInt8](repeating: 0, count: 5_000_000))
        let server = try ScriptedServer { _, _ in
            .bytes(Array("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n".utf8) + bomb)
        }
        let error = await #expect(throws: HTTPFetchError.self) {
            try await client.fetch(HTTPFetch(server.url, maxBytes: 100_000, acceptsCompression: true))
        }
        #expect(error?.code == .tooLarge)
        let raw = try await client.fetch(HTTPFetch(server.url))
        #expect(raw.body == bomb)
    }

    @Test func fetch_closedPort_isUnreachable_andHidesCredentials() async throws {
        let port = try NginxServer.freePort()
        let error = await #expect(throws: HTTPFetchError.self) {
            try await client.fetch(HTTPFetch("http://me:secret@127.0.0.1:\(port)/x?y=a@b"))
        }
        #expect(error?.code == .unreachable)
        #expect(error?.url == "http://***@127.0.0.1:\(port)/x?y=a@b")
        #expect(error?.description.contains("secret") == false)
    }

    @Test(arguments: [
        "", "file:///etc/passwd", "ftp://a/b", "/relative", "http://a b/", "http://a/\r\nX: y", "http://\u{e4}/",
        "http://a/" + String(repeating: "x", count: 9000), "http://:99999999/",
    ])
    func fetch_badURL_isRefused(url: String) async throws {
        let error = await #expect(throws: HTTPFetchError.self) { try await client.fetch(HTTPFetch(url)) }
        #expect(error?.code == .badURL)
    }

    @Test(arguments: [("X-A", "1\r\nX-B: 2"), ("X A", "1"), ("", "1"), ("X:", "1"), ("X\n", "1"), ("X", "a\0b")])
    func fetch_smuggledHeader_isRefused(name: String, value: String) async throws {
        let error = await #expect(throws: HTTPFetchError.self) {
            try await client.fetch(HTTPFetch("http://127.0.0.1:1/", headers: [(name, value)]))
        }
        #expect(error?.code == .badRequest)
    }

    @Test func fetch_silentServer_timesOutOrIsCancelled() async throws {
        let server = try ScriptedServer { _, _ in .bytesAndHang(Array("HTTP/1.1 200 OK\r\n\r\nsome".utf8)) }
        let late = await #expect(throws: HTTPFetchError.self) {
            try await client.fetch(HTTPFetch(server.url, timeout: .milliseconds(200)))
        }
        #expect(late?.code == .timedOut)

        let start = ContinuousClock.now
        await withTaskGroup(of: HTTPFetchError?.self) { group in
            group.addTask {
                await #expect(throws: HTTPFetchError.self) { try await client.fetch(HTTPFetch(server.url)) }
            }
            await server.waitForRequests(2)
            group.cancelAll()
            for await error in group { #expect(error?.code == .cancelled) }
        }
        #expect(ContinuousClock.now - start < .seconds(20))
    }

    @Test func fetch_waitingForAPlace_canBeCancelled() async throws {
        let server = try ScriptedServer { _, _ in .bytesAndHang([]) }
        var configuration = HTTPClient.Configuration(userAgent: "asu-tests")
        configuration.maxParallelTransfers = 1
        let narrow = HTTPClient(configuration: configuration)
        let fetch: @Sendable () async -> HTTPFetchError? = {
            await #expect(throws: HTTPFetchError.self) { try await narrow.fetch(HTTPFetch(server.url)) }
        }
        await withTaskGroup(of: HTTPFetchError?.self) { running in
            running.addTask(operation: fetch)
            await server.waitForRequests(1)
            await withTaskGroup(of: HTTPFetchError?.self) { waiting in
                waiting.addTask(operation: fetch)
                waiting.addTask(operation: fetch)
                waiting.cancelAll()
                for await error in waiting { #expect(error?.code == .cancelled) }
            }
            #expect(server.heads.count == 1)
            running.cancelAll()
            for await error in running { #expect(error?.code == .cancelled) }
        }
    }

    @Test func fetch_beyondTheLimit_waitsForAPlace() async throws {
        let server = try ScriptedServer { number, _ in
            number == 1 ? .bytesAndHang([]) : .text("HTTP/1.1 200 OK\r\n\r\nsecond")
        }
        var configuration = HTTPClient.Configuration(userAgent: "asu-tests")
        configuration.maxParallelTransfers = 1
        let narrow = HTTPClient(configuration: configuration)
        let start = ContinuousClock.now
        let outcomes = await withTaskGroup(of: (String, Duration).self) { group in
            group.addTask {
                let error = await #expect(throws: HTTPFetchError.self) {
                    try await narrow.fetch(HTTPFetch(server.url, timeout: .milliseconds(300)))
                }
                return (error?.code == .timedOut ? "timed out" : "other", ContinuousClock.now - start)
            }
            await server.waitForRequests(1)
            group.addTask {
                do {
                    let text = try await narrow.fetch(HTTPFetch(server.url)).text
                    return (text, ContinuousClock.now - start)
                } catch {
                    return ("\(error)", .zero)
                }
            }
            return await group.reduce(into: [String: Duration]()) { $0[$1.0] = $1.1 }
        }
        #expect(outcomes.keys.sorted() == ["second", "timed out"])
        // It went out only when the first one's time was up.
        #expect((outcomes["second"] ?? .zero) >= .milliseconds(250))
    }

    @Test func shutdown_failsOpenAndLaterRequests() async throws {
        let server = try ScriptedServer { _, _ in .bytesAndHang([]) }
        let other = HTTPClient.forTests()
        await withTaskGroup(of: HTTPFetchError?.self) { group in
            group.addTask {
                await #expect(throws: HTTPFetchError.self) { try await other.fetch(HTTPFetch(server.url)) }
            }
            await server.waitForRequests(1)
            other.shutdown()
            for await error in group { #expect(error?.code == .shutDown) }
        }
        let later = await #expect(throws: HTTPFetchError.self) { try await other.fetch(HTTPFetch(server.url)) }
        #expect(later?.code == .shutDown)
        other.shutdown()
    }

    @Test(arguments: [
        ("bytes 0-9/10", 0, 9, 10), ("bytes 5-9/*", 5, 9, nil), ("BYTES 5-9/100", 5, 9, 100),
    ])
    func contentRange_parses(text: String, start: Int64, end: Int64, total: Int64?) {
        let range = ContentRange(text)
        #expect(range?.start == start && range?.end == end && range?.total == total)
    }

    @Test(arguments: ["", "bytes */10", "bytes 5-4/10", "bytes 0-10/10", "bytes 0-9", "bytes -1-9/10", "lines 0-9/10"])
    func contentRange_malformed(text: String) {
        #expect(ContentRange(text) == nil)
    }
}

extension HTTPClient {
    /// Quick to retry, and deaf to the environment.
    static func forTests(attempts: Int = 4) -> HTTPClient {
        var configuration = Configuration(userAgent: "asu-tests")
        configuration.usesEnvironmentProxy = false
        configuration.downloadAttempts = attempts
        configuration.retryDelay = .milliseconds(5)
        return HTTPClient(configuration: configuration)
    }
}
