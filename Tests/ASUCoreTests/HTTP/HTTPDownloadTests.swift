import ASUTestSupport
import Synchronization
import Testing

@testable import ASUCore

@Suite struct HTTPDownloadTests {
    private let client = HTTPClient.forTests()
    private let directory: TemporaryDirectory
    private let content = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 7 / 5) }
    private var digest: SHA256Digest { SHA256Digest(hashing: content) }
    private var target: String { directory.file("file") }
    private var part: String { directory.file("file.part") }

    init() throws {
        directory = try TemporaryDirectory("download")
    }

    private static func whole(_ content: [UInt8], cutAt cut: Int? = nil, _ fields: String = "") -> ScriptedServer.Answer
    {
        let head = "HTTP/1.1 200 OK\r\nContent-Length: \(content.count)\r\n\(fields)\r\n"
        return .bytes(Array(head.utf8) + content.prefix(cut ?? content.count))
    }

    /// What a server with ranges answers; `cut` bytes of the body at most.
    private static func ranged(
        _ content: [UInt8],
        _ head: String,
        cutAt cut: Int,
        _ fields: String = ""
    )
        -> ScriptedServer.Answer
    {
        guard let range = head.split(separator: "\r\n").first(where: { $0.hasPrefix("Range: bytes=") }),
            let start = Int(range.dropFirst("Range: bytes=".count).dropLast())
        else { return whole(content, cutAt: cut, fields) }
        let reply =
            "HTTP/1.1 206 Partial Content\r\nContent-Length: \(content.count - start)\r\n"
            + "Content-Range: bytes \(start)-\(content.count - 1)/\(content.count)\r\n\(fields)\r\n"
        return .bytes(Array(reply.utf8) + content[start...].prefix(cut))
    }

    private func expectComplete(_ file: DownloadedFile) throws {
        #expect(file.sha256 == digest && file.size == Int64(content.count) && file.path == target)
        #expect(try TemporaryDirectory.contents(of: target) == content)
        #expect(!TemporaryDirectory.exists(part))
    }

    private func failure(
        _ fetch: HTTPFetch,
        sha256: SHA256Digest? = nil,
        size: Int64? = nil,
        by other: HTTPClient? = nil
    ) async -> HTTPFetchError? {
        await #expect(throws: HTTPFetchError.self) {
            try await (other ?? client).download(fetch, to: target, expectedSHA256: sha256, expectedSize: size)
        }
    }

    @Test(.enabled(if: NginxServer.isAvailable))
    func download_realServer_withProgress_andResume() async throws {
        try directory.write(content, to: "www/file")
        let server = try await NginxServer.start(root: directory.file("www"))
        let seen = Mutex<[Int64]>([])
        let file = try await client.download(
            HTTPFetch(server.url + "/file"),
            to: target,
            expectedSHA256: digest,
            expectedSize: 200_000
        ) { received, total in
            #expect(total == 200_000)
            seen.withLock { $0.append(received) }
        }
        try expectComplete(file)
        #expect(file.etag != nil && file.lastModified != nil && file.resumedFrom == 0)
        #expect(seen.withLock { $0.last } == 200_000)

        try directory.write(Array(content.prefix(150_000)), to: "file.part")
        let resumed = try await client.download(HTTPFetch(server.url + "/file"), to: target, expectedSHA256: digest)
        try expectComplete(resumed)
        #expect(resumed.resumedFrom == 150_000)
        #expect(try await server.requests(atLeast: 2)[1] == "GET /file HTTP/1.1 206 bytes=150000-")
    }

    @Test func download_cutConnections_goOnWhereTheyStopped() async throws {
        let content = content
        let server = try ScriptedServer { _, head in
            Self.ranged(content, head, cutAt: 70_000, "ETag: \"one\"\r\n")
        }
        // No expected hash: If-Range alone vouches for the beginning.
        let file = try await client.download(HTTPFetch(server.url), to: target)
        try expectComplete(file)
        #expect(server.heads.count == 3)
        #expect(server.heads[0].contains("Range") == false)
        #expect(
            server.heads[1].contains("Range: bytes=70000-\r\n") && server.heads[1].contains("If-Range: \"one\"\r\n")
        )
        #expect(server.heads[2].contains("Range: bytes=140000-\r\n"))
        #expect(file.resumedFrom == 0)
    }

    @Test func download_cutConnection_noValidatorAndNoHash_startsAnew() async throws {
        let content = content
        let server = try ScriptedServer { number, head in Self.ranged(content, head, cutAt: number == 1 ? 10 : 1 << 20)
        }
        try expectComplete(try await client.download(HTTPFetch(server.url), to: target))
        #expect(server.heads.count == 2)
        #expect(!server.heads[1].contains("Range"))
    }

    @Test func download_fileChangedMeanwhile_startsAnew() async throws {
        let content = content
        let old = [UInt8](repeating: 1, count: 90_000)
        let server = try ScriptedServer { number, _ in
            number == 1
                ? Self.whole(old, cutAt: 50_000, "ETag: \"old\"\r\n") : Self.whole(content, "ETag: \"new\"\r\n")
        }
        let file = try await client.download(HTTPFetch(server.url), to: target)
        try expectComplete(file)
        #expect(file.etag == "\"new\"")
    }

    @Test func download_partOfAnotherFile_isFetchedAnewOnce() async throws {
        let content = content
        try directory.write([UInt8](repeating: 1, count: 50_000), to: "file.part")
        let server = try ScriptedServer { _, head in Self.ranged(content, head, cutAt: 1 << 20) }
        let file = try await client.download(HTTPFetch(server.url), to: target, expectedSHA256: digest)
        try expectComplete(file)
        #expect(server.heads.count == 2)
    }

    @Test func download_oldPartWithoutHash_isNotTrusted() async throws {
        let content = content
        try directory.write([UInt8](repeating: 1, count: 50_000), to: "file.part")
        let server = try ScriptedServer { _, head in Self.ranged(content, head, cutAt: 1 << 20) }
        try expectComplete(try await client.download(HTTPFetch(server.url), to: target))
        #expect(server.heads.count == 1)
    }

    @Test func download_completePart_needsNoRequest() async throws {
        try directory.write(content, to: "file.part")
        let url = "http://127.0.0.1:\(try NginxServer.freePort())/"
        let file = try await client.download(HTTPFetch(url), to: target, expectedSHA256: digest)
        try expectComplete(file)
        #expect(file.resumedFrom == 200_000)
    }

    @Test func download_rangeNotSatisfiable_startsAnew() async throws {
        let content = content
        try directory.write([UInt8](repeating: 1, count: 250_000), to: "file.part")
        let server = try ScriptedServer { _, head in
            head.contains("Range:")
                ? .text("HTTP/1.1 416 Range Not Satisfiable\r\nContent-Length: 5\r\n\r\nsorry") : Self.whole(content)
        }
        try expectComplete(try await client.download(HTTPFetch(server.url), to: target, expectedSHA256: digest))
        #expect(server.heads.count == 2)
    }

    @Test func download_rangesThatNeverFit_isBounded() async throws {
        let server = try ScriptedServer { _, _ in
            .text("HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 7-9/10\r\nContent-Length: 3\r\n\r\nabc")
        }
        try directory.write([1, 2, 3], to: "file.part")
        #expect(await failure(HTTPFetch(server.url), sha256: digest)?.code == .badReply)
        #expect(server.heads.count == 2)
    }

    @Test func download_htmlInstead_isWrongHash_namesBothAndDeletes() async throws {
        let page = "<html>please log in</html>"
        let server = try ScriptedServer { _, _ in
            .text("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: \(page.utf8.count)\r\n\r\n\(page)")
        }
        let error = await failure(HTTPFetch(server.url), sha256: digest)
        #expect(error?.code == .wrongHash)
        #expect(error?.description.contains(digest.hex) == true)
        #expect(error?.description.contains(SHA256Digest(hashing: Array(page.utf8)).hex) == true)
        #expect(error?.description.contains("text/html") == true)
        #expect(!TemporaryDirectory.exists(part) && !TemporaryDirectory.exists(target))
        #expect(server.heads.count == 1)
    }

    @Test func download_serverErrors_areRetriedWithinBounds() async throws {
        let content = content
        let server = try ScriptedServer { number, _ in
            number < 3 ? .text("HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy") : Self.whole(content)
        }
        try expectComplete(try await client.download(HTTPFetch(server.url), to: target, expectedSHA256: digest))
        #expect(server.heads.count == 3)

        let down = try ScriptedServer { _, _ in .text("HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n") }
        #expect(await failure(HTTPFetch(down.url))?.code == .refusedStatus(500))
        #expect(down.heads.count == 4)
    }

    @Test func download_notFound_isNotRetried_andLeavesNothing() async throws {
        let server = try ScriptedServer { _, _ in .text("HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno") }
        let error = await failure(HTTPFetch(server.url))
        #expect(error?.code == .refusedStatus(404))
        #expect(error?.description.contains("404") == true)
        #expect(server.heads.count == 1)
        #expect(!TemporaryDirectory.exists(part) && !TemporaryDirectory.exists(target))
    }

    @Test func download_unreachable_givesUp() async throws {
        let url = "http://127.0.0.1:\(try NginxServer.freePort())/"
        #expect(await failure(HTTPFetch(url), by: .forTests(attempts: 2))?.code == .unreachable)
    }

    @Test func download_sizes_areChecked() async throws {
        let content = content
        let server = try ScriptedServer { _, _ in Self.whole(content) }
        #expect(await failure(HTTPFetch(server.url, maxBytes: 1000))?.code == .tooLarge)
        #expect(await failure(HTTPFetch(server.url), size: 199_999)?.code == .wrongSize)
        #expect(await failure(HTTPFetch(server.url), size: 200_001)?.code == .wrongSize)
        #expect(!TemporaryDirectory.exists(part))
        // Not announced: found out while it comes.
        let silent = try ScriptedServer { _, _ in .bytes(Array("HTTP/1.1 200 OK\r\n\r\n".utf8) + content) }
        #expect(await failure(HTTPFetch(silent.url, maxBytes: 1000))?.code == .tooLarge)
    }

    @Test func download_cancelled_keepsThePart() async throws {
        let content = content
        let server = try ScriptedServer { _, _ in
            let head = "HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n"
            return .bytesAndHang(Array(head.utf8) + content)
        }
        await withTaskGroup(of: HTTPFetchError?.self) { group in
            group.addTask { await failure(HTTPFetch(server.url), sha256: digest) }
            await pollUntil { (try? TemporaryDirectory.contents(of: part).count) == 200_000 }
            let busy = await failure(HTTPFetch(server.url))
            #expect(busy?.code == .busy)
            group.cancelAll()
            for await error in group { #expect(error?.code == .cancelled) }
        }
        #expect(try TemporaryDirectory.contents(of: part) == content)
    }

    @Test func download_noFolder_saysWhich() async throws {
        let error = await #expect(throws: HTTPFetchError.self) {
            try await client.download(HTTPFetch("http://127.0.0.1:1/"), to: directory.file("none/file"))
        }
        #expect(error?.code == .fileSystem)
        #expect(error?.description.contains(directory.file("none/file.part")) == true)
    }

    @Test func download_fullDisk_saysSo() async throws {
        let mount = directory.file("small")
        // A file system of 64 KB, in a mount namespace's place: only as root.
        let made = try ChildProcess("sh", ["-c", "mkdir '\(mount)' && mount -t tmpfs -o size=64k none '\(mount)'"])
        guard try await made.wait() == .exited(0) else { return }
        let content = content
        let server = try ScriptedServer { _, _ in Self.whole(content) }
        let error = await #expect(throws: HTTPFetchError.self) {
            try await client.download(HTTPFetch(server.url), to: "\(mount)/file")
        }
        let gone = try ChildProcess("umount", ["-l", mount])
        #expect(try await gone.wait() == .exited(0))
        #expect(error?.code == .diskFull)
        #expect(error?.description.contains("disk is full") == true)
    }
}
