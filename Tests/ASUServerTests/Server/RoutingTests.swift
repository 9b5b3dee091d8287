import ASUCore
import ASUTestSupport
import Testing

extension ServerTests {
    /// Paths, methods and what browsers need of every answer.
    @Suite struct RoutingTests {
        private static let hash = String(repeating: "0", count: 64)

        @Test func unknownHash_is404() async throws {
            let running = try await RunningServer.current()
            let get = try await running.send("/api/v1/build/\(Self.hash)")
            get.expectError(404, detail: "could not find provided request hash")
            #expect(get.json["title"] == "Not Found")
            let head = try await running.send("/api/v1/build/\(Self.hash)", .head)
            #expect(head.status == 404)
            #expect(head.body.isEmpty)
            #expect(head.headers["x-imagebuilder-status"] == nil)
        }

        @Test(arguments: [
            "x", "%00", "..%2f..", "%2e%2e", String(repeating: "A", count: 64), String(repeating: "a", count: 63),
            "%30\(String(repeating: "0", count: 63))", "*", "asu:queue:waiting", String(repeating: "a", count: 5000),
        ])
        func oddHash_is404(_ text: String) async throws {
            let running = try #require(RunningServer.shared)
            for method in ["GET", "HEAD"] {
                let reply = try await running.raw.request("\(method) /api/v1/build/\(text)")
                #expect(reply.status == 404, "\(reply)")
            }
        }

        @Test(arguments: [
            "/nowhere", "/api", "/api/v1", "/api/v2/build", "/store", "/storeroom/x", "/api/v1/build/x/y", "/%00",
            "/../etc/passwd",
            "/api/v1/../../etc", "/%2e%2e/%2e%2e/etc/passwd",
        ])
        func unknownPath_is404JSON(_ path: String) async throws {
            let running = try #require(RunningServer.shared)
            for method in ["GET", "HEAD", "POST", "DELETE"] {
                let reply = try await running.raw.request("\(method) \(path)")
                #expect([404, 405].contains(reply.status), "\(method) \(reply)")
                #expect(reply.headers["access-control-allow-origin"] == "*")
                #expect(reply.headers["content-type"] == "application/json", "\(reply)")
                #expect(reply.text.contains(#""status":\#(reply.status)"#) != (method == "HEAD"), "\(reply)")
            }
        }

        @Test(arguments: [
            ("POST", "/api/v1/build/\(hash)", "GET, HEAD"), ("GET", "/api/v1/build", "POST"),
            ("HEAD", "/api/v1/build", "POST"), ("PUT", "/api/v1/build", "POST"), ("POST", "/store/a/b", "GET, HEAD"),
            ("DELETE", "/healthz", "GET, HEAD"), ("PATCH", "/api/v1/stats", "GET, HEAD"),
        ])
        func otherMethod_is405WithAllow(method: String, path: String, allowed: String) async throws {
            let running = try #require(RunningServer.shared)
            let reply = try await running.raw.request("\(method) \(path)")
            #expect(reply.status == 405)
            let listed = reply.headers["allow"]?.split(separator: ",").map { $0.drop { $0 == " " } } ?? []
            #expect(
                Set(allowed.split(separator: ", ").map(String.init)).isSubset(of: Set(listed.map(String.init))),
                "\(reply)"
            )
            #expect(reply.text.isEmpty == (method == "HEAD"))
            if method != "HEAD" { #expect(reply.text.contains(#""detail":"Method Not Allowed""#)) }
        }

        @Test(arguments: [
            "/api/v1/build", "//api/v1/build", "/api/v1/build/", "/api/v1/build/\(hash)", "/api/build",
            "/store/x/y.bin",
            "/json/v1/overview.json", "/nowhere", "/", "*",
        ])
        func options_anywhereAllowsBrowsers(_ path: String) async throws {
            let running = try #require(RunningServer.shared)
            let asked = ["Origin: https://a.example", "Access-Control-Request-Headers: content-type"]
            let reply = try await running.raw.request("OPTIONS \(path)", headers: asked)
            #expect((200..<300).contains(reply.status))
            #expect(reply.headers["access-control-allow-origin"] == "*")
            #expect(reply.headers["access-control-allow-methods"] == "GET, HEAD, POST, OPTIONS")
            // A wildcard alone wouldn't do for requests with credentials or in old browsers.
            #expect(reply.headers["access-control-allow-headers"]?.contains("content-type") == true)
            #expect(reply.body.isEmpty)
        }

        @Test(arguments: [
            "/api/v1/build", "//api/v1/build", "/api//v1///build", "/api/v1/build/", "//api/v1/build//",
            "/api/v1/build?123456", "//api/v1/build/?1795448944895", "/api/v1/build?a=//b/",
        ])
        func post_findsItsRoute(_ path: String) async throws {
            let running = try await RunningServer.current()
            let body = Array(JSONValue.request().text.utf8)
            let reply = try await running.raw.request("POST \(path)", body: body)
            #expect(reply.status == 202, "\(reply.text)")
        }

        @Test func get_ignoresQueryAndSlashes() async throws {
            let running = try await RunningServer.current()
            let hash = try await running.enqueue(.request())
            for path in ["/api/v1/build/\(hash)?123456", "//api/v1/build/\(hash)", "/api/v1/build/\(hash)/?1"] {
                let reply = try await running.raw.request("GET \(path)")
                #expect(reply.status == 202, "\(path): \(reply)")
            }
            for path in ["/healthz?1", "//healthz/", "/readyz?", "/api/v1/stats?1795448944895"] {
                #expect(try await running.raw.request("GET \(path)").status == 200, "\(path)")
            }
        }

        /// RFC 9112 has servers accept the form that proxies are sent.
        @Test func absoluteForm_isAccepted() async throws {
            let running = try #require(RunningServer.shared)
            #expect(try await running.raw.request("GET http://test/healthz").status == 200)
        }
    }
}
