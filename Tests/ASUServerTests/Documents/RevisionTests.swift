import ASUCore
import ASUTestSupport
import Testing

extension ServerTests {
    /// What LuCI on a snapshot asks.
    @Suite struct RevisionTests {
        @Test(arguments: ["SNAPSHOT", "24.10.2", "25.12.0"])
        func revision_known(_ version: String) async throws {
            let running = try await RunningServer.current()
            let reply = try await running.send("/api/v1/revision/\(version)/ath79/generic?1795448944895")
            #expect(reply.status == 200)
            #expect(reply.value == ["revision": .string(SampleCatalog.revision)])
            #expect(reply.headers["cache-control"] == "no-store")
            #expect(reply.headers["access-control-allow-origin"] == "*")
        }

        @Test(arguments: ["19.07.1", "24.10.9", "snapshot"])
        func revision_unknownVersion_is400(_ version: String) async throws {
            let running = try await RunningServer.current()
            let reply = try await running.send("/api/v1/revision/\(version)/ath79/generic")
            reply.expectError(400, detail: "Unsupported version: \(version)")
        }

        @Test func revision_unknownTarget_is404() async throws {
            let running = try await RunningServer.current()
            let reply = try await running.send("/api/v1/revision/SNAPSHOT/ath79/nand")
            reply.expectError(404, detail: "Unsupported target: ath79/nand")
        }

        @Test(arguments: ["..%2f..", "%00", "%3Cscript%3E", "%0d%0aX: 1", String(repeating: "9", count: 500)])
        func revision_malformed_isRefused(_ text: String) async throws {
            let running = try #require(RunningServer.shared)
            let text = text.replacing(" ", with: "%20")
            let version = try await running.raw.request("GET /api/v1/revision/\(text)/ath79/generic")
            #expect(version.status == 400, "\(version)")
            #expect(version.text.count < 200)
            let target = try await running.raw.request("GET /api/v1/revision/SNAPSHOT/\(text)/generic")
            #expect(target.status == 404, "\(target)")
            #expect(target.text.count < 200)
        }
    }
}
