import ASUCore
import ASUTestSupport
import Testing

extension ServerTests {
    /// `/` and what it needs.
    @Suite struct OverviewPageTests {
        @Test func overview_tellsWhatIsServed() async throws {
            let running = try await RunningServer.current()
            let page = try await running.send("/")
            #expect(page.status == 200)
            #expect(page.headers["content-type"] == "text/html; charset=utf-8")
            #expect(page.headers["access-control-allow-origin"] == "*")
            #expect(page.headers["cache-control"] == "no-cache")
            #expect(page.headers["x-content-type-options"] == "nosniff")
            let policy = try #require(page.headers["content-security-policy"])
            #expect(policy.hasPrefix("default-src 'none'; style-src 'self'; img-src 'self';"))
            let markup = Markup(page.text)
            #expect(markup.problems.isEmpty)
            for text in SampleCatalog.versions + [
                SampleCatalog.revision, "not accepted by this server", "up to 1\u{202F}024 MB",
            ] {
                #expect(markup.text.contains(text), "\(text)")
            }
            #expect(markup.text.contains("url='\(running.url)'"))
            let links = markup.attributes["href"] ?? []
            for link in ["/stats", "/docs", "/openapi.json", "/json/v1/overview.json", "/api/v1/build-errors"] {
                #expect(links.contains(link), "\(link)")
            }
            // The newest first; 23.05 has no version here and isn't listed.
            let branches = try ["25.12", "24.10"].map {
                try #require(page.text.firstRange(of: ">\($0)</th>")).lowerBound
            }
            #expect(branches == branches.sorted())
            #expect(!page.text.contains("23.05"))
        }

        /// No script, no inline style, nothing from another host, no address that isn't there.
        @Test func pages_needNothingElse() async throws {
            let running = try await RunningServer.current()
            for path in ["/", "/stats"] {
                let markup = Markup(try await running.send(path).text)
                #expect(markup.problems.isEmpty, "\(path)")
                #expect(markup.elements.isDisjoint(with: ["script", "style", "iframe", "form", "object"]))
                #expect(markup.attributes["style"] == nil)
                #expect(!markup.attributes.keys.contains { $0.hasPrefix("on") })
                for source in (markup.attributes["src"] ?? []) + (markup.attributes["href"] ?? []) {
                    // Other tests fill the pages of single branches, which are kept for some seconds.
                    guard source.hasPrefix("/"), !source.contains("?branch=") else { continue }
                    #expect(try await running.send(source).status == 200, "\(source)")
                }
            }
        }

        @Test func head_hasTheHeadersOnly() async throws {
            let running = try await RunningServer.current()
            for path in ["/", "/stats", "/static/style.css", "/static/logo.svg", "/metrics"] {
                let head = try await running.raw.request("HEAD \(path)")
                #expect(head.status == 200, "\(path)")
                #expect(head.body.isEmpty)
                #expect(Int(head.headers["content-length"] ?? "0") ?? 0 > 0, "\(path)")
                #expect(head.headers["access-control-allow-origin"] == "*")
                #expect(try await running.raw.request("POST \(path)").status == 405)
            }
        }

        @Test(arguments: [("/static/style.css", "text/css; charset=utf-8"), ("/static/logo.svg", "image/svg+xml")])
        func staticFile_isCached(path: String, type: String) async throws {
            let running = try await RunningServer.current()
            let file = try await running.send(path)
            #expect(file.status == 200)
            #expect(file.headers["content-type"] == type)
            #expect(file.headers["cache-control"] == "public, max-age=86400")
            let tag = try #require(file.headers["etag"])
            let again = try await running.send(path, headers: [("If-None-Match", tag)])
            #expect(again.status == 304)
            #expect(again.body.isEmpty)
            for name in ["nosuch", "..%2fstyle.css", "%2e%2e", "style.css/x"] {
                #expect(try await running.raw.request("GET /static/\(name)").status == 404, "\(name)")
            }
        }

        @Test(arguments: ["\"><script>x", "a'b", "", String(repeating: "a", count: 300)])
        func oddHost_isNotEchoed(_ host: String) async throws {
            let running = try await RunningServer.current()
            let bytes = Array("GET / HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n".utf8)
            let reply = try RawClient.parse(await running.raw.exchange(bytes))
            guard reply.status == 200 else {
                #expect(reply.status == 400)
                return
            }
            #expect(Markup(reply.text).problems.isEmpty)
            #expect(reply.text.contains("url='https://sysupgrade.example'"))
        }

        @Test func lastCheck_isTold() async throws {
            let running = try await RunningServer.current()
            func page(_ host: String) async throws -> String {
                // The page is kept for a second, but by host.
                let bytes = Array("GET / HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n".utf8)
                let text = try RawClient.parse(await running.raw.exchange(bytes)).text
                #expect(Markup(text).problems.isEmpty)
                return text
            }
            let store = CatalogStore(redis: running.redis)
            #expect(try await !page("before.example").contains("Upstream was last asked"))
            try await store.note(checks: ["": 1_700_000_000, SampleCatalog.release: 1_600_000_000])
            let told = try await page("after.example")
            #expect(told.contains("Upstream was last asked <time datetime=\"2023-11-14T22:13:20Z\">"))
            try await store.note(checks: ["": nil, SampleCatalog.release: nil])
        }

        @Test func proxysScheme_isInTheAddress() async throws {
            let running = try await RunningServer.current()
            let page = try await running.raw.request("GET /", headers: ["X-Forwarded-Proto: https"])
            #expect(page.text.contains("url='https://test'"))
        }
    }
}

/// Pages of servers that lack something.
@Suite struct BarePageTests {
    @Test func statisticsOff_noPageAndNoLink() async throws {
        try await RunningServer.with(settings: ["SERVER_STATS": "false", "ALLOW_DEFAULTS": "true"]) { running in
            try await running.send("/stats").expectError(404)
            let page = try await running.send("/").text
            #expect(!page.contains("/stats"))
            #expect(page.contains("up to 20\u{202F}480 bytes"))
            #expect(page.contains("30 minutes with a first-boot script"))
        }
    }

    @Test func redisAway_overviewAndMetricsSaySo() async throws {
        try await RunningServer.with { running in
            try await running.redisServer.kill()
            let page = try await running.send("/")
            #expect(page.status == 200)
            #expect(page.text.contains("Redis can&#39;t be reached"))
            #expect(page.text.contains(SampleCatalog.release))
            let statistics = try await running.send("/stats", headers: [("If-None-Match", "*")])
            #expect(statistics.status == 503)
            #expect(statistics.headers["content-type"] == "text/html; charset=utf-8")
            #expect(statistics.headers["cache-control"] == "no-store")
            #expect(statistics.headers["retry-after"] == "5")
            #expect(statistics.headers["content-security-policy"]?.hasPrefix("default-src 'none'") == true)
            #expect(Markup(statistics.text).problems.isEmpty)
            #expect(statistics.text.contains("Redis can't be reached"))
            try await running.send("/stats?branch=1.2").expectError(400)
            let metrics = try await running.send("/metrics")
            #expect(metrics.status == 200)
            #expect(metrics.text.contains("\nasu_redis_up 0\n"))
            #expect(metrics.text.contains("\nprocess_resident_memory_bytes "))
            #expect(!metrics.text.contains("builds_total"))
        }
    }
}
