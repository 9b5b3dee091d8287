import ASUCore
import ASUTestSupport
import Testing

extension ServerTests {
    /// How documents are cached, compressed and addressed.
    @Suite struct DocumentTransportTests {
        private static let paths = [
            "/json/v1/overview.json", "/json/v1/branches.json", "/json/v1/latest.json",
            "/json/v1/releases/24.10.2/targets/x86/64/index.json",
            "/json/v1/releases/24.10.2/targets/x86/64/generic.json",
            "/json/v1/releases/24.10.2/targets/x86/64/unknown.json",
            "/json/v1/releases/24.10.2/packages/x86_64-index.json",
        ]

        @Test(arguments: paths) func document_variantsHaveTheirOwnETags(_ path: String) async throws {
            let running = try await RunningServer.current()
            let plain = try await running.raw.request("GET \(path)")
            let packed = try await running.raw.request("GET \(path)", headers: ["Accept-Encoding: gzip"])
            #expect(plain.status == 200)
            #expect(packed.status == 200)
            #expect(plain.headers["content-encoding"] == nil)
            #expect(packed.headers["content-encoding"] == "gzip")
            #expect(try Compression.decompress(packed.body, maxBytes: 1 << 20) == plain.body)
            let etag = try #require(plain.headers["etag"])
            let packedTag = try #require(packed.headers["etag"])
            #expect(etag != packedTag)
            for tag in [etag, packedTag] { #expect(tag.hasPrefix("\"") && tag.hasSuffix("\"") && tag.count > 60) }
            for reply in [plain, packed] {
                #expect(reply.headers["vary"] == "Accept-Encoding")
                #expect(reply.headers["cache-control"] == "public, max-age=60")
                #expect(reply.headers["content-length"] == "\(reply.body.count)")
                #expect(reply.headers["access-control-allow-origin"] == "*")
            }
        }

        @Test(arguments: paths) func document_known_is304(_ path: String) async throws {
            let running = try await RunningServer.current()
            for accept in ["Accept-Encoding: identity", "Accept-Encoding: gzip"] {
                let first = try await running.raw.request("GET \(path)", headers: [accept])
                let etag = try #require(first.headers["etag"])
                for known in [etag, "W/\(etag)", "*", "\"other\", \(etag)"] {
                    for method in ["GET", "HEAD"] {
                        let reply = try await running.raw.request(
                            "\(method) \(path)",
                            headers: [accept, "If-None-Match: \(known)"]
                        )
                        #expect(reply.status == 304, "\(known)")
                        #expect(reply.body.isEmpty)
                        #expect(reply.headers["etag"] == etag)
                        #expect(reply.headers["vary"] == "Accept-Encoding")
                        #expect(reply.headers["cache-control"] == "public, max-age=60")
                        #expect(reply.headers["access-control-allow-origin"] == "*")
                    }
                }
                let other = try await running.raw.request("GET \(path)", headers: [accept, "If-None-Match: \"other\""])
                #expect(other.status == 200)
            }
        }

        @Test(arguments: paths) func document_head_isTheGetWithoutItsBody(_ path: String) async throws {
            let running = try await RunningServer.current()
            let get = try await running.raw.request("GET \(path)")
            let head = try await running.raw.request("HEAD \(path)")
            #expect(head.status == 200)
            #expect(head.body.isEmpty)
            for name in ["etag", "content-length", "content-type", "cache-control", "vary"] {
                #expect(head.headers[name] != nil, "\(name)")
                #expect(head.headers[name] == get.headers[name], "\(name)")
            }
        }

        @Test(arguments: paths) func document_isFoundHoweverItIsAsked(_ path: String) async throws {
            let running = try await RunningServer.current()
            let expected = try await running.raw.request("GET \(path)")
            let rest = path.dropFirst("/json/v1".count)
            // A profile's file has one field in an older form there.
            let isProfile = path.hasSuffix("/generic.json")
            let old = isProfile ? [] : ["/json\(rest)", "//json/\(rest)?a=//b"]
            for other in ["\(path)?1795448944895", "/\(path)", "/json//v1/\(rest)", "\(path)/"] + old {
                let reply = try await running.raw.request("GET \(other)")
                #expect(reply.status == 200, "\(other)")
                #expect(reply.body == expected.body, "\(other)")
            }
        }

        @Test(arguments: [
            ("/api/v1/overview", "/json/v1/overview.json"), ("/api/v1/latest", "/json/v1/latest.json"),
            ("/overview", "/json/v1/overview.json"), ("/api/overview", "/json/v1/overview.json"),
            ("/api/latest", "/json/v1/latest.json"),
        ])
        func oldAddress_redirects(_ path: String, to target: String) async throws {
            let running = try await RunningServer.current()
            for method in ["GET", "HEAD"] {
                for suffix in ["", "?1795448944895", "/"] {
                    let reply = try await running.raw.request("\(method) \(path)\(suffix)")
                    #expect(reply.status == 301, "\(path)\(suffix)")
                    #expect(reply.headers["location"] == target)
                    #expect(reply.headers["access-control-allow-origin"] == "*")
                }
            }
            #expect(try await running.send(target).status == 200)
            let preflight = try await running.raw.request("OPTIONS \(path)")
            #expect((200..<300).contains(preflight.status))
            #expect(preflight.headers["access-control-allow-origin"] == "*")
        }

        @Test func post_is405() async throws {
            let running = try await RunningServer.current()
            for path in ["/json/v1/overview.json", "/api/overview", "/api/branches", "/api/versions"] {
                try await running.send(path, .post, body: "{}").expectError(405)
            }
        }
    }
}
