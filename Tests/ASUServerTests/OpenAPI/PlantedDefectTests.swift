import ASUCore
import ASUTestSupport
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Testing

@testable import ASUServer

/// Whether schemathesis would notice: the server's own routes, behind something that spoils an answer.
@Suite(.serialized, .enabled(if: Schemathesis.program != nil, "\(Schemathesis.isMissing)"))
struct PlantedDefectTests {
    /// Gives `/api/v1/stats` a text where its number belongs.
    private struct Spoiler<Inner: HTTPResponder>: HTTPResponder where Inner.Context: RequestContext {
        let inner: Inner
        let isActive: Bool

        func respond(to request: Request, context: Inner.Context) async throws -> Response {
            var response = try await inner.respond(to: request, context: context)
            guard isActive, request.uri.path == "/api/v1/stats", request.method == .get else { return response }
            response.body = ResponseBody(byteBuffer: ByteBuffer(string: #"{"queue_length":"0"}"#))
            response.headers[.contentLength] = nil
            return response
        }
    }

    /// Runs `body` with the address of a server in this process.
    private func withServer(
        spoiled: Bool,
        _ body: @escaping @Sendable (String) async throws -> Schemathesis.Outcome
    ) async throws -> Schemathesis.Outcome {
        try await withRedis { _, redis in
            try await SampleCatalog.publish(to: redis)
            let responder = try await SampleDescription.routes(redis).router().buildResponder()
            let (ports, port) = AsyncStream.makeStream(of: Int.self)
            let application = Application(
                responder: Spoiler(inner: FrontResponder(inner: responder), isActive: spoiled),
                configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
                onServerRunning: { channel in
                    port.yield(channel.localAddress?.port ?? 0)
                    port.finish()
                },
                logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }
            )
            return try await withThrowingTaskGroup(of: Schemathesis.Outcome?.self) { group in
                group.addTask {
                    try await application.run()
                    return nil
                }
                group.addTask {
                    var iterator = ports.makeAsyncIterator()
                    return try await body("http://127.0.0.1:\(await iterator.next() ?? 0)")
                }
                defer { group.cancelAll() }
                while let next = try await group.next() {
                    if let outcome = next { return outcome }
                }
                throw TestSupportError("the server ended")
            }
        }
    }

    private static let paths = ["/api/v1/stats", "/healthz"]

    @Test func wrongType_isCaught() async throws {
        let outcome = try await withServer(spoiled: true) { url in
            try await Schemathesis.run(url, paths: Self.paths, examples: 5, within: .seconds(60))
        }
        #expect(outcome.exitCode == 1, "\(outcome.log)")
        let failures = outcome.log.components(separatedBy: "= FAILURES =").last ?? ""
        #expect(failures.contains("_ GET /api/v1/stats _"), "\(outcome.log)")
        // So it reports response_schema_conformance.
        #expect(failures.contains("Response violates schema"), "\(outcome.log)")
        #expect(failures.contains("\"0\" is not of type \"integer\""), "\(outcome.log)")
        #expect(!failures.contains("_ GET /healthz _"), "\(outcome.log)")
    }

    @Test func sameServerWithoutIt_passes() async throws {
        let outcome = try await withServer(spoiled: false) { url in
            try await Schemathesis.run(url, paths: Self.paths, examples: 5, within: .seconds(60))
        }
        #expect(outcome.exitCode == 0, "\(outcome.log)")
    }
}
