import ASUCore
import ASUTestSupport
import Foundation
import Testing

extension ServerTests {
    /// `/openapi.json`, and `/docs`, which shows it to people.
    @Suite struct DescriptionRouteTests {
        @Test func openapi_isServedWithETag() async throws {
            let running = try #require(RunningServer.shared)
            let reply = try await running.send("/openapi.json")
            #expect(reply.status == 200)
            #expect(reply.headers["content-type"] == "application/json")
            #expect(reply.json["openapi"] == "3.1.0")
            #expect(reply.json["paths"]?.object?["/api/v1/build"] != nil)
            let etag = try #require(reply.headers["etag"])
            let again = try await running.send("/openapi.json", headers: [("If-None-Match", etag)])
            #expect(again.status == 304)
            #expect(again.body.isEmpty)
        }

        @Test func docs_showEveryPathAndLoadNothing() async throws {
            let running = try #require(RunningServer.shared)
            let document = try await running.send("/openapi.json")
            let page = try await running.send("/docs/")
            #expect(page.status == 200)
            #expect(page.headers["content-type"] == "text/html; charset=utf-8")
            let policy = try #require(page.headers["content-security-policy"])
            #expect(policy.hasPrefix("default-src 'none'; style-src 'sha256-"))
            #expect(!policy.contains("unsafe"))
            for path in (document.json["paths"]?.object ?? [:]).keys {
                #expect(page.text.contains("<code>\(path)</code>"), "\(path)")
            }
            for name in (document.json["components"]?.object?["schemas"]?.object ?? [:]).keys {
                #expect(page.text.contains("<h3 id=\"schema-\(name)\">"), "\(name)")
            }
            for loading in ["<script", "src=", "url(", "@import", "<link", "href=\"http", "href=\"//"] {
                #expect(!page.text.contains(loading), "\(loading)")
            }
            let etag = try #require(page.headers["etag"])
            #expect(try await running.send("/docs", headers: [("If-None-Match", etag)]).status == 304)
        }

        /// The hash that the policy allows is that of the style that the page has.
        @Test func docs_styleIsTheOneAllowed() async throws {
            let running = try #require(RunningServer.shared)
            let page = try await running.send("/docs")
            let begin = try #require(page.text.range(of: "<style>"))
            let end = try #require(page.text.range(of: "</style>"))
            let style = Array(page.text[begin.upperBound..<end.lowerBound].utf8)
            let hash = Data(SHA256Digest(hashing: style).bytes).base64EncodedString()
            #expect(page.headers["content-security-policy"]?.contains("'sha256-\(hash)'") == true)
        }

        @Test(arguments: ["/redoc", "/ui/", "/ui"])
        func olderAddresses_leadToDocs(_ path: String) async throws {
            let running = try #require(RunningServer.shared)
            let reply = try await running.send(path)
            #expect(reply.status == 301)
            #expect(reply.headers["location"] == "/docs")
            #expect(reply.headers["access-control-allow-origin"] == "*")
        }

        /// 404 would say that the path isn't there.
        @Test(arguments: ["TRACE", "QUERY", "PROPFIND", "PUT"])
        func methodThatNoRouteHas_is405WithAllow(_ method: String) async throws {
            let running = try #require(RunningServer.shared)
            let reply = try await running.raw.request("\(method) /api/v1/build")
            #expect(reply.status == 405, "\(reply)")
            #expect(reply.headers["allow"] == "OPTIONS, POST")
            #expect(try await running.raw.request("\(method) /nowhere").status == 404)
        }
    }
}
