import ASUCore
import ASUTestSupport
import Testing

extension EndToEnd {
    /// What the server answers is what its OpenAPI document says, for requests that nobody thought of.
    @Suite struct SchemathesisTests {
        @Test(.enabled(if: Schemathesis.program != nil, "\(Schemathesis.isMissing)"))
        func liveServer_answersAsDocumented() async throws {
            // More requests are enqueued than may wait, so that 202 and 529 both come.
            try await ASUSystem.run(SharedUpstream.shared.get(), settings: ["MAX_PENDING_JOBS": "150"]) {
                system,
                server in
                let request: [String: JSONValue] = [
                    "version": "23.05.5", "target": "ath79/generic", "profile": "8dev,carambola2",
                ]
                let hashes = try await system.withWorker { _ in
                    let done = try await system.build(server, request)
                    #expect(done.status == 200, "\(done.detail)")
                    var impossible = request
                    impossible["packages"] = ["sample-conflict-a", "sample-conflict-b"]
                    let failed = try await system.build(server, impossible)
                    #expect(failed.status == 500, "\(failed.detail)")
                    return [done.hash, failed.hash]
                }
                let outcome = try await Schemathesis.run(
                    server.url,
                    examples: 200,
                    hashes: hashes,
                    within: .seconds(400)
                )
                #expect(outcome.exitCode == 0, "\(outcome.log.suffix(12_000))")
                #expect(outcome.log.contains("Fuzzing (in "), "\(outcome.log)")
            }
        }
    }
}
