import ASUCore
import ASUTestSupport
import Testing

extension ServerTests {
    /// What the overview and statistics pages read.
    @Suite struct StatisticsRouteTests {
        /// The sum of a line of the chart; it is written about a second after the requests.
        private func requests(_ running: RunningServer) async throws -> Int64 {
            let reply = try await running.send("/api/v1/builds-per-day")
            #expect(reply.status == 200)
            #expect(reply.json["labels"]?.array?.count == 30)
            #expect(reply.json["labels"]?.array?.last?.string?.hasSuffix("Z") == true)
            let datasets = reply.json["datasets"]?.array ?? []
            #expect(datasets.map { $0.object?["label"]?.string } == ["Requests", "Cache-Hits", "Failures"])
            #expect(datasets.map { $0.object?["color"]?.string } == ["green", "orange", "red"])
            guard case .integer(let count)? = datasets.first?.object?["data"]?.array?.last else { return -1 }
            return count
        }

        @Test func requests_areCountedOffTheirWay() async throws {
            let running = try await RunningServer.current()
            let before = try await requests(running)
            for _ in 0..<2 {
                #expect(try await running.post(.request(["packages": ["tmux"], "rootfs_size_mb": 77])).status == 202)
            }
            var counted = before
            for _ in 0..<60 where counted < before + 2 {
                try await Task.sleep(for: .milliseconds(100))
                counted = try await requests(running)
            }
            #expect(counted >= before + 2)
            let top = try await running.send("/api/v1/top-packages?n=100").json
            #expect(top["days"] == 30)
            #expect(top["branch"] == JSONValue.null)
            #expect((top["packages"]?.array ?? []).contains { $0.object?["name"] == "tmux" })
            let summary = try await running.send("/api/v1/stats/summary").json
            #expect(summary.keys.sorted() == ["builds_24h", "queue_length"])
        }

        @Test func buildsByVersion_has26Weeks() async throws {
            let running = try await RunningServer.current()
            let reply = try await running.send("/api/v1/builds-by-version?branch=24.10")
            #expect(reply.status == 200)
            #expect(reply.json["labels"]?.array?.count == 26)
            #expect(reply.json["datasets"]?.array != nil)
        }

        @Test(arguments: [
            ("/api/v1/top-packages?n=0", "n"), ("/api/v1/top-packages?n=101", "n"), ("/api/v1/top-packages?n=x", "n"),
            ("/api/v1/build-errors?n=501", "n"), ("/api/v1/builds-by-version?branch=1.2", "branch"),
            ("/api/v1/top-packages?branch=%2e%2e", "branch"),
        ])
        func query_outOfRange_is400(path: String, field: String) async throws {
            let running = try await RunningServer.current()
            let reply = try await running.send(path)
            reply.expectError(400)
            #expect(reply.json["errors"]?.array?.first?.object?["loc"] == ["query", .string(field)])
        }

        @Test func buildErrors_arePlainText() async throws {
            let running = try await RunningServer.current()
            let reply = try await running.send("/api/v1/build-errors")
            #expect(reply.status == 200)
            #expect(reply.headers["content-type"] == "text/plain; charset=utf-8")
            #expect(!reply.text.isEmpty)
        }
    }
}
