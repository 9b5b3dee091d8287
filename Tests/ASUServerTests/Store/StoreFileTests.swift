import ASUCore
import ASUTestSupport
import Foundation
import Testing

extension ServerTests {
    /// `/store/...`: which files can be had, and how they are sent.
    @Suite struct StoreFileTests {
        private static let folder = "24.10.2/ath79/generic/8dev_carambola2/\(String(repeating: "a", count: 64))/7"

        @Test func file_isSentWithLengthAndType() async throws {
            let running = try #require(RunningServer.shared)
            let bytes = Array("firmware".utf8)
            let name = "openwrt-24.10.2-a1b2c3-ath79-generic-8dev_carambola2-squashfs-sysupgrade.bin"
            try running.put(bytes, "\(Self.folder)/\(name)")
            let reply = try await running.send("/store/\(Self.folder)/\(name)?123456")
            #expect(reply.status == 200)
            #expect(reply.body == bytes)
            #expect(reply.headers["content-length"] == "8")
            #expect(reply.headers["content-type"] == "application/octet-stream")
            #expect(reply.headers["content-disposition"] == "attachment; filename=\"\(name)\"")
            #expect(reply.headers["x-content-type-options"] == "nosniff")
            #expect(reply.headers["accept-ranges"] == "bytes")
            #expect(reply.headers["cache-control"]?.contains("max-age") == true)
            #expect(reply.headers["access-control-allow-origin"] == "*")
            #expect(reply.headers["transfer-encoding"] == nil)
            let head = try await running.send("/store/\(Self.folder)/\(name)", .head)
            #expect(head.status == 200)
            #expect(head.body.isEmpty)
            for name in ["content-length", "content-type", "etag", "accept-ranges", "content-disposition"] {
                #expect(head.headers[name] == reply.headers[name])
            }
        }

        @Test(arguments: [
            ("buildlog.txt", "text/plain; charset=utf-8"), ("a.manifest", "text/plain; charset=utf-8"),
            ("sha256sums", "text/plain; charset=utf-8"), ("profiles.json", "application/json"),
            ("a.img.gz", "application/octet-stream"), ("a+b~c@d:e=f,g.bin", "application/octet-stream"),
            ("page.html", "application/octet-stream"), ("noending", "application/octet-stream"),
        ])
        func type_followsTheName(name: String, type: String) async throws {
            let running = try #require(RunningServer.shared)
            try running.put([65], "types/\(name)")
            let reply = try await running.send("/store/types/\(name)")
            #expect(reply.status == 200)
            #expect(reply.headers["content-type"] == type)
            #expect((reply.headers["content-disposition"] == nil) == !type.hasPrefix("application/octet"))
        }

        @Test func encodedName_isFound() async throws {
            let running = try #require(RunningServer.shared)
            try running.put([66], "encoded/a+b~c.bin")
            #expect(try await running.send("/store/encoded/a%2Bb%7Ec.bin").body == [66])
            #expect(try await running.send("//store//encoded/%61+b~c.bin").body == [66])
        }

        @Test func emptyFile_isSent() async throws {
            let running = try #require(RunningServer.shared)
            try running.put([], "empty/a.bin")
            let reply = try await running.send("/store/empty/a.bin")
            #expect(reply.status == 200)
            #expect(reply.headers["content-length"] == "0")
            try await running.send("/store/empty/a.bin", headers: [("Range", "bytes=0-")]).expectError(416)
        }

        @Test func largeFile_isStreamedWhole() async throws {
            let running = try #require(RunningServer.shared)
            var seed: UInt64 = 1
            let bytes = (0..<(5 << 20) + 17).map { _ in
                seed = seed &* 6_364_136_223_846_793_005 &+ 1
                return UInt8(truncatingIfNeeded: seed >> 56)
            }
            try running.put(bytes, "large/a.bin")
            let reply = try await running.send("/store/large/a.bin")
            #expect(reply.headers["content-length"] == "\(bytes.count)")
            #expect(reply.body == bytes)
            let part = try await running.send("/store/large/a.bin", headers: [("Range", "bytes=1000000-4000000")])
            #expect(part.status == 206)
            #expect(part.body == Array(bytes[1_000_000...4_000_000]))
            let head = try await running.send("/store/large/a.bin", .head)
            #expect(head.headers["content-length"] == "\(bytes.count)")
            // One that hangs up midway harms nobody.
            let raw = running.raw
            for _ in 0..<3 {
                let connection = try raw.open()
                try RawClient.write(Array("GET /store/large/a.bin HTTP/1.1\r\nHost: a\r\n\r\n".utf8), to: connection)
                close(connection)
            }
            #expect(try await running.send("/store/large/a.bin").body.count == bytes.count)
        }

        @Test(arguments: [
            "", "/", "/nothing", "/dir", "/dir/", "/dir/sub", "/.hidden", "/dir/.hidden", "/dir/%2ehidden",
            "/dir/a.bin/",
            "/dir/a.bin/b", "/dir/a.bin%00", "/dir%00/a.bin", "/../secret", "/dir/../../secret",
            "/dir/..%2f..%2fsecret",
            "/%2e%2e/secret", "/dir/%2e%2e/%2e%2e/secret", "/dir/..\\..\\secret", "/dir%2fa.bin", "/dir/%", "/dir/%zz",
            "/dir/%ff", "/link.bin", "/linked/a.bin", "/dir/pipe", "/a/b/c/d/e/f/g/h/i/j", "/dir/a.bin%20", "/dir/*",
        ])
        func whatIsNoFile_is404(_ path: String) async throws {
            let running = try #require(RunningServer.shared)
            let store = running.server.publicPath + "/store"
            try running.put([65], "dir/a.bin")
            try running.put([65], "dir/sub/b.bin")
            try running.put([65], ".hidden")
            try running.put([65], "dir/.hidden")
            try running.put([65], "../secret")
            try running.put([65], "../outside/a.bin")
            for (link, target) in [("link.bin", "../secret"), ("linked", "../outside")] {
                if symlink(target, "\(store)/\(link)") != 0 { #expect(errno == EEXIST) }
            }
            if mkfifo("\(store)/dir/pipe", 0o644) != 0 { #expect(errno == EEXIST) }
            let raw = running.raw
            let reply = try await raw.request("GET /store\(path)")
            if path == "/dir/a.bin/" {
                // A slash at the end is dropped everywhere.
                #expect(reply.status == 200)
                return
            }
            #expect(reply.status == 404, "\(reply)")
            #expect(reply.text.contains(#""status":404"#), "\(reply)")
            #expect(reply.text.contains(#""detail":"Not Found""#), "\(reply)")
            #expect(reply.headers["access-control-allow-origin"] == "*")
            let head = try await raw.request("HEAD /store\(path)")
            #expect(head.status == 404)
            #expect(head.body.isEmpty)
        }

        @Test func requestHash_leadsToTheCurrentFolder() async throws {
            let running = try await RunningServer.current()
            let hash = try await running.enqueue(.request())
            try await running.send("/store/\(hash)/a.bin").expectError(404)
            try await running.finish(.done, body: "{}", binDir: Self.folder)
            try running.put([67], "\(Self.folder)/a.bin")
            let reply = try await running.send("/store/\(hash)/a.bin?17")
            #expect(reply.status == 302)
            #expect(reply.headers["location"] == "/store/\(Self.folder)/a.bin")
            #expect(reply.headers["cache-control"] == "no-store")
            #expect(reply.headers["access-control-allow-origin"] == "*")
            #expect(try await running.send("/store/\(hash)/a.bin", .head).status == 302)
            let target = try #require(reply.headers["location"])
            #expect(try await running.send(target).body == [67])
            try await running.send("/store/\(String(repeating: "b", count: 64))/a.bin").expectError(404)
            try await running.send("/store/\(hash)/.a").expectError(404)
        }
    }
}
