import ASUCore
import ASUTestSupport
import Testing

@testable import ASUJanitor

/// A server that breaks off, lies and dawdles.
@Suite(.timeLimit(.minutes(1))) struct HostileUpstreamTests {
    private static let body = (0..<400).map { "Package: package-\($0)\nVersion: 1.\($0)\n\n" }.joined()

    private static func head(_ status: String, length: Int, _ fields: String = "") -> String {
        "HTTP/1.1 \(status)\r\nContent-Length: \(length)\r\nConnection: close\r\nETag: \"a\"\r\n\(fields)\r\n"
    }

    private func read(
        _ server: ScriptedServer,
        timeout: Duration = .seconds(20)
    ) async throws -> UpstreamReply<IndexReading> {
        let client = HTTPClient(configuration: HTTPClient.Configuration(userAgent: "test"))
        defer { client.shutdown() }
        var reader = UpstreamReader(baseURL: server.url, client: client, retryDelay: .milliseconds(5))
        reader.timeout = timeout
        return try await IndexReader(upstream: reader, keys: UsignKeyring([])).read(
            "feed",
            format: .opkg,
            known: SourceRecord(etag: "\"old\"", name: "Packages.manifest")
        )
    }

    private func failure(_ server: ScriptedServer, timeout: Duration = .seconds(20)) async throws -> UpstreamError? {
        do {
            _ = try await read(server, timeout: timeout)
            return nil
        } catch let error as UpstreamError {
            return error
        }
    }

    @Test func read_connectionThatBreaks_isGoneOnFrom() async throws {
        let (body, count) = (Self.body, Self.body.utf8.count)
        let server = try ScriptedServer { number, head in
            let start = number == 1 ? 0 : number == 2 ? 1000 : 1700
            if number > 1, !head.contains("Range: bytes=\(start)-") || !head.contains("If-Range: \"a\"") {
                return .text(Self.head("400 Bad Request", length: 0))
            }
            let rest = String(decoding: body.utf8.dropFirst(start), as: UTF8.self)
            let field = "Content-Range: bytes \(start)-\(count - 1)/\(count)\r\n"
            switch number {
            case 1: return .text(Self.head("200 OK", length: count) + rest.prefix(1000))
            case 2: return .text(Self.head("206 Partial Content", length: count - start, field) + rest.prefix(700))
            default: return .text(Self.head("206 Partial Content", length: count - start, field) + rest)
            }
        }
        guard case .read(let index, let record) = try await read(server) else {
            Issue.record("nothing was read")
            return
        }
        #expect(index.index?.entries.map(\.version) == (0..<400).map { "1.\($0)" })
        #expect(record.etag == "\"a\"")
        #expect(server.heads.count == 3)
        #expect(server.heads[0].contains("If-None-Match: \"old\""))
        #expect(!server.heads[1].contains("If-None-Match"))
    }

    @Test func read_fileThatChangedMeanwhile_isReadFromItsBeginning() async throws {
        let (body, count) = (Self.body, Self.body.utf8.count)
        let server = try ScriptedServer { number, _ in
            .text(Self.head("200 OK", length: count) + body.prefix(number == 1 ? 1000 : count))
        }
        guard case .read(let index, _) = try await read(server) else {
            Issue.record("nothing was read")
            return
        }
        #expect(index.index?.entries.count == 400)
        #expect(server.heads.count == 2)
    }

    @Test func read_otherPartThanAsked_isRefused() async throws {
        let (body, count) = (Self.body, Self.body.utf8.count)
        let server = try ScriptedServer { number, _ in
            let field = "Content-Range: bytes 0-\(count - 1)/\(count)\r\n"
            return number == 1
                ? .text(Self.head("200 OK", length: count) + body.prefix(1000))
                : .text(Self.head("206 Partial Content", length: count, field) + body)
        }
        let error = try await failure(server)
        #expect(error?.reason == "the server sent another part than the one asked for")
    }

    /// A server that ignores If-Range must not make one file of two.
    @Test func read_partOfAnotherFile_isRefused() async throws {
        let (body, count) = (Self.body, Self.body.utf8.count)
        let server = try ScriptedServer { number, _ in
            let rest = String(decoding: body.utf8.dropFirst(1000), as: UTF8.self)
            let field = "Content-Range: bytes 1000-\(count - 1)/\(count)\r\n"
            return number == 1
                ? .text(Self.head("200 OK", length: count) + body.prefix(1000))
                : .text(
                    Self.head("206 Partial Content", length: count - 1000, field).replacing("\"a\"", with: "\"b\"")
                        + rest
                )
        }
        let error = try await failure(server)
        #expect(error?.reason == "the server sent another part than the one asked for")
    }

    @Test func read_endlessBreaks_areNamedAfterSeveralAttempts() async throws {
        let server = try ScriptedServer { _, _ in
            .text("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\nPackage: a\n")
        }
        let error = try await failure(server)
        #expect(error?.code == .unreachable)
        #expect(error?.url == "\(server.url)/feed/Packages.manifest")
        #expect(error?.reason.hasSuffix("(3 attempts)") == true)
        #expect(server.heads.count == 3)
        // Without an entity tag nobody knows whether the rest belongs to the beginning.
        #expect(!server.heads.contains { $0.contains("Range:") })
    }

    /// A length that is too small cuts a stanza in two: what is whole is taken, and nothing of another answer.
    @Test func read_lengthThatIsTooSmall_endsThere() async throws {
        let body = Self.body
        let server = try ScriptedServer { _, _ in .text(Self.head("200 OK", length: 40) + body) }
        guard case .read(let index, _) = try await read(server) else {
            Issue.record("nothing was read")
            return
        }
        #expect(index.index?.entries.count == 1)
    }

    @Test func read_lengthBeyondAllBounds_isRefused() async throws {
        let server = try ScriptedServer { _, _ in
            .text("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999\r\n\r\nPackage: a\n")
        }
        #expect(try await failure(server) != nil)
    }

    @Test func read_serverThatHangs_isGivenUp() async throws {
        let server = try ScriptedServer { _, _ in
            .bytesAndHang(Array("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nPack".utf8))
        }
        let error = try await failure(server, timeout: .milliseconds(100))
        #expect(error?.code == .unreachable)
        #expect(server.heads.count == 3)
    }

    private static let others = [
        "<!DOCTYPE html><html></html>", "\u{0}\u{1}\u{2}", "{\"packages\":", "Package\nVersion",
    ]

    @Test(arguments: others.indices)
    func read_somethingElse_isAskedForAgainAndNamed(number: Int) async throws {
        let body = Self.others[number]
        let server = try ScriptedServer { _, _ in .text(Self.head("200 OK", length: body.utf8.count) + body) }
        let error = try await failure(server)
        #expect(error?.code == .malformed)
        #expect(error?.reason == "expected stanzas that begin with Package: (3 attempts)")
        #expect(server.heads.count == 3)
    }
}
