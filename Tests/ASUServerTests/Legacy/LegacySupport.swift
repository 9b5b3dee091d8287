import ASUCore
import NIOCore
import Testing

extension RunningServer {
    /// Posts to the API of 2020.
    func postLegacy(_ body: JSONValue, headers: [(name: String, value: String)] = []) async throws -> HTTPReply {
        try await send("/api/build", .post, headers: headers, body: body.text)
    }

    /// Posts to the API of 2020, must be answered 202, and returns the request hash.
    func enqueueLegacy(_ body: JSONValue) async throws -> String {
        let reply = try await postLegacy(body)
        try #require(reply.status == 202, "\(reply.text)")
        return try #require(reply.json["request_hash"]?.string)
    }

    /// Claims the only waiting job and finishes it with bodies of both APIs.
    func finishLegacy(_ state: JobState, body: String) async throws {
        let bytes = Array(body.utf8)
        try await queue.finish(
            claim().lease,
            outcome: FinishedBuild(
                state: state,
                status: state == .done ? 200 : 500,
                revision: nil,
                binDir: "a/b",
                fields: [
                    ResultField.v1: ByteBuffer(string: "{}"),
                    ResultField.v1Compressed: ByteBuffer(bytes: try Compression.gzip(Array("{}".utf8))),
                    ResultField.legacy: ByteBuffer(bytes: bytes),
                    ResultField.legacyCompressed: ByteBuffer(bytes: try Compression.gzip(bytes)),
                ],
                timeToLive: .seconds(100)
            )
        )
    }
}

extension JSONValue {
    /// What clients of early 2020 send: no target.
    static func legacy(_ changes: [String: JSONValue] = [:]) -> JSONValue {
        let fields: [String: JSONValue] = [
            "version": .string(SampleCatalog.release), "profile": "8dev,carambola2", "packages": ["vim"],
        ]
        return .object(fields.merging(changes) { _, new in new })
    }
}

extension HTTPReply {
    /// Expects a refusal in the form of the API of 2020.
    func expectRefusal(
        _ expected: Int,
        _ word: String,
        message: String? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(status == expected, "\(text)", sourceLocation: sourceLocation)
        #expect(json["status"] == .string(word), "\(text)", sourceLocation: sourceLocation)
        #expect(json["message"]?.string?.isEmpty == false, "\(text)", sourceLocation: sourceLocation)
        #expect(json["error"] == json["message"], sourceLocation: sourceLocation)
        #expect(json["detail"] == json["message"], sourceLocation: sourceLocation)
        #expect(headers["content-type"] == "application/json", sourceLocation: sourceLocation)
        #expect(headers["access-control-allow-origin"] == "*", sourceLocation: sourceLocation)
        if let message { #expect(json["message"] == .string(message), sourceLocation: sourceLocation) }
    }
}
