import ASUCore
import ASUTestSupport
import Foundation
import Logging
import Testing

@testable import ASUWorker

/// The door on a real Unix socket, in front of a real nginx.
@Suite struct PackageDoorTests {
    private struct Room: Sendable {
        let folder: TemporaryDirectory
        let nginx: NginxServer
        let client: HTTPClient
        let door: PackageDoor
        let socket: String

        var pass: PackageDoor.Pass {
            PackageDoor.Pass(feeds: [.init(url: nginx.url + "/base"), .init(url: nginx.url + "/none")])
        }

        func get(_ path: String, method: HTTPFetch.Method = .get) async throws -> HTTPReply {
            try await client.fetch(
                HTTPFetch("http://door" + path, method: method, timeout: .seconds(20), unixSocketPath: socket)
            )
        }
    }

    /// Runs `body` beside an open door.
    private func withDoor(_ body: @Sendable (Room) async throws -> Void) async throws {
        let folder = try TemporaryDirectory("door")
        try folder.write("a package\n", to: "up/base/a+b_1.0~x-r1.ipk")
        try folder.write("secret\n", to: "up/secret")
        try folder.write("", to: "up/down/Packages")
        var options = NginxServer.Options()
        options.extra = "location /base/broken.ipk { return 500; }"
        let nginx = try await NginxServer.start(root: folder.file("up"), options: options)
        var configuration = HTTPClient.Configuration(userAgent: "test")
        configuration.usesEnvironmentProxy = false
        let client = HTTPClient(configuration: configuration)
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        let cache = PackageCache(folder: folder.file("cache"), client: client, logger: logger)
        let socket = folder.file("d/door.sock")
        let door = try PackageDoor(address: .socket(socket), cache: cache, logger: logger)
        let room = Room(folder: folder, nginx: nginx, client: client, door: door, socket: socket)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                do { try await door.run() } catch is CancellationError {}
            }
            _ = try await door.waitUntilOpen()
            defer { group.cancelAll() }
            try await body(room)
        }
    }

    @Test func get_ownFeed_isServed() async throws {
        try await withDoor { room in
            let pass = room.pass
            try await room.door.admit(pass) {
                for name in ["a+b_1.0~x-r1.ipk", "a%2Bb_1.0%7Ex-r1.ipk"] {
                    let reply = try await room.get("/\(pass.token)/feed/0/\(name)")
                    #expect(reply.status == 200)
                    #expect(String(decoding: reply.body, as: UTF8.self) == "a package\n")
                }
            }
        }
    }

    @Test func head_thenGet_onOneConnection_bothAnswer() async throws {
        try await withDoor { room in
            let pass = room.pass
            try await room.door.admit(pass) {
                for method in [HTTPFetch.Method.head, .get, .head, .get] {
                    let path = "/\(pass.token)/feed/0/a+b_1.0~x-r1.ipk"
                    let reply = try await room.get(path, method: method)
                    #expect(reply.status == 200)
                    #expect(reply.body.count == (method == .get ? 10 : 0))
                    #expect(reply.headers["content-length"] == "10")
                }
            }
        }
    }

    @Test func get_outsideOfItsBuild_isForbidden() async throws {
        try await withDoor { room in
            let (mine, other) = (room.pass, room.pass)
            #expect(mine.token != other.token)
            try await room.door.admit(mine) {
                let status = try await room.get("/\(other.token)/feed/0/a+b_1.0~x-r1.ipk").status
                #expect(status == 403)
            }
            let status = try await room.get("/\(mine.token)/feed/0/a+b_1.0~x-r1.ipk").status
            #expect(status == 403)
            #expect(try room.nginx.requests().isEmpty)
        }
    }

    @Test(arguments: [
        "/feed/2/Packages", "/feed/-1/Packages", "/feed/x/Packages", "/feed/0/", "/feed/0", "/feed/0/a/b", "/food/0/a",
        "/feed/0/%2e%2e%2fsecret", "/feed/0/..%2Fsecret", "/feed/0/.hidden", "/feed/0/a%00b", "/feed/0/%ff",
        "/feed/0/a%3Fb", "/feed/0/a%23b", "/feed/99999999999999999999/a", "/feed/0/a%20b", "", "/",
    ])
    func get_anythingElse_isForbidden(path: String) async throws {
        try await withDoor { room in
            let pass = room.pass
            try await room.door.admit(pass) {
                let status = try await room.get("/\(pass.token)\(path)").status
                #expect(status == 403)
                let requests = try room.nginx.requests()
                #expect(requests.isEmpty)
            }
        }
    }

    @Test(arguments: [HTTPFetch.Method.post, .put, .delete, .options])
    func otherMethods_areForbidden(method: HTTPFetch.Method) async throws {
        try await withDoor { room in
            let pass = room.pass
            try await room.door.admit(pass) {
                let reply = try await room.get("/\(pass.token)/feed/0/a+b_1.0~x-r1.ipk", method: method)
                #expect(reply.status == 403)
            }
        }
    }

    @Test func get_missing_notesIndexesOnly() async throws {
        try await withDoor { room in
            let pass = room.pass
            try await room.door.admit(pass) {
                for path in ["/feed/1/Packages.gz", "/feed/0/no.ipk"] {
                    let status = try await room.get("/\(pass.token)\(path)").status
                    #expect(status == 404)
                }
                #expect(pass.absentPaths == ["/feed/1/Packages.gz"])
            }
        }
    }

    @Test func get_upstreamFails_isABadGateway() async throws {
        try await withDoor { room in
            let pass = room.pass
            try await room.door.admit(pass) {
                let status = try await room.get("/\(pass.token)/feed/0/broken.ipk").status
                #expect(status == 502)
                #expect(pass.absentPaths.isEmpty)
            }
        }
    }

    @Test func run_cancelled_removesTheSocketsFolder() async throws {
        let seen = SeenPath()
        try await withDoor { room in
            seen.set(room.folder)
            let names = try FileManager.default.contentsOfDirectory(atPath: room.folder.file("d"))
            #expect(names == ["door.sock"])
        }
        let folder = try #require(seen.folder)
        #expect(!TemporaryDirectory.exists(folder.file("d")))
    }

    @Test func socket_longPath_isRefusedWithTheRemedy() throws {
        let path = "/" + String(repeating: "x", count: 107)
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        let client = HTTPClient(configuration: .init(userAgent: "test"))
        let cache = PackageCache(folder: "/nowhere", client: client, logger: logger)
        let error = #expect(throws: DoorError.self) {
            try PackageDoor(address: .socket(path), cache: cache, logger: logger)
        }
        #expect(error?.description.contains("choose a shorter cache_path") == true)
    }
}
