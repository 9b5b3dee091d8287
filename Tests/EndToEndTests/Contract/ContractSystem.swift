import ASUCore
import ASUTestSupport
import Foundation
import Testing

extension EndToEnd {
    /// What every client in the field relies on, a test for each row of the contract, against running programs.
    @Suite(.contractSystem) enum Contract {}
}

/// The system that the suite shares: a server, no worker but where a test starts one, and one build that is done.
struct ContractSystem: Sendable {
    @TaskLocal static var shared: ContractSystem?

    /// A build that was finished before the tests.
    static let request: [String: JSONValue] = [
        "version": "23.05.5", "target": "ath79/generic", "profile": "tplink,archer-c7-v2",
        "packages": ["sample-app"],
    ]
    /// One that can't be built.
    static let failing: [String: JSONValue] = [
        "version": "23.05.5", "target": "ath79/generic", "profile": "8dev,carambola2",
        "packages": ["sample-conflict-a", "sample-conflict-b"],
    ]
    static let failureLife = Duration.seconds(3)

    let system: ASUSystem
    let server: ASUSystem.Server
    let redis: RedisClient
    /// The v1 answer to ``request``.
    let done: ASUSystem.Reply

    var hash: String { done.hash }
    var binDir: String { done["bin_dir"]?.string ?? "" }
    var image: String { done["images"]?.array?.first?.object?["name"]?.string ?? "" }
    var raw: RawClient { RawClient(port: server.url.split(separator: ":").last.flatMap { Int($0) } ?? 0) }

    static func current() throws -> ContractSystem { try #require(shared, "the suite lacks .contractSystem") }

    /// Sends a request; whatever the answer is, a browser must be able to read it.
    func send(
        _ line: String,
        headers: [String] = [],
        body: String = "",
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> RawClient.Reply {
        let reply = try await raw.request(line, headers: headers, body: Array(body.utf8))
        #expect(reply.headers["access-control-allow-origin"] == "*", "\(line)", sourceLocation: sourceLocation)
        return reply
    }

    func post(
        _ fields: [String: JSONValue],
        to path: String = "/api/v1/build",
        headers: [String] = []
    ) async throws -> RawClient.Reply {
        try await send("POST \(path)", headers: headers, body: Self.text(fields))
    }

    /// ``request`` with other fields, which make it another build.
    func post(with fields: [String: JSONValue]) async throws -> RawClient.Reply {
        try await post(Self.request.merging(fields) { $1 })
    }

    static func text(_ fields: [String: JSONValue]) throws -> String {
        String(decoding: try JSONEncoder().encode(fields), as: UTF8.self)
    }

    /// Takes every job away but the one that is done.
    func clear() async throws {
        for pattern in ["asu:queue:*", "asu:build:*"] {
            let keys = try await redis.send(RedisCommand("KEYS", pattern)).elements?.compactMap(\.text) ?? []
            let others = keys.filter { !$0.hasSuffix(hash) }
            if !others.isEmpty { _ = try await redis.pipeline(others.map { RedisCommand("DEL", $0) }) }
        }
    }

    /// Polls by `line` until an answer is as wanted.
    func poll(
        _ line: String,
        body: String = "",
        for wanted: (RawClient.Reply) -> Bool
    ) async throws -> RawClient.Reply {
        let end = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < end {
            let reply = try await send(line, body: body)
            if wanted(reply) { return reply }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw TestSupportError("\(line): not the answer that was waited for within 60 s")
    }
}

extension RawClient.Reply {
    /// The body as a JSON object; empty if it is none.
    var json: [String: JSONValue] {
        ((try? JSONDecoder().decode(JSONValue.self, from: Data(body))) ?? .null).object ?? [:]
    }

    /// Expects an error of the v1 API: a string `detail`, an integer `status`.
    func expectError(_ code: Int, _ detail: String? = nil, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(status == code, "\(text)", sourceLocation: sourceLocation)
        #expect(json["status"] == .integer(Int64(code)), "\(text)", sourceLocation: sourceLocation)
        #expect(json["detail"]?.string?.isEmpty == false, "\(text)", sourceLocation: sourceLocation)
        #expect(headers["content-type"] == "application/json", sourceLocation: sourceLocation)
        if let detail { #expect(json["detail"] == .string(detail), sourceLocation: sourceLocation) }
    }
}

struct ContractTrait: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @Sendable () async throws -> Void
    ) async throws {
        let upstream = try await SharedUpstream.shared.get()
        let settings = ["BUILD_FAILURE_TTL": ContractSystem.failureLife.setting]
        try await ASUSystem.run(upstream, settings: settings) { system, server in
            let done = try await system.withWorker { _ in try await system.build(server, ContractSystem.request) }
            guard done.status == 200 else { throw TestSupportError("no build: \(done.body)") }
            let redis = system.redis.client()
            let shared = ContractSystem(system: system, server: server, redis: redis, done: done)
            do {
                try await ContractSystem.$shared.withValue(shared) { try await function() }
            } catch {
                await redis.shutdown()
                throw error
            }
            await redis.shutdown()
        }
    }
}

extension Trait where Self == ContractTrait {
    static var contractSystem: ContractTrait { ContractTrait() }
}
