import ASUCore
import ASUTestSupport
import Foundation
import Testing

/// Starting and ending the program.
@Suite struct StartTests {
    /// Starts a server that must end before it is ready; no Redis is needed for that.
    private func failure(
        _ settings: [String: String],
        _ arguments: [String] = []
    ) async throws -> ServerProcess.FailedStart {
        try await #require(throws: ServerProcess.FailedStart.self) {
            _ = try await ServerProcess.start(redis: "redis://127.0.0.1:1", settings: settings, arguments: arguments)
        }
    }

    @Test(arguments: [
        ["REDIS_URL": "http://localhost"], ["REDIS_URL": ""], ["REDIS_URL": "rediss://localhost"],
        ["BRANCHES": "../x"], ["MAX_PENDING_JOBS": "0"], ["ALLOW_DEFAULTS": "maybe"], ["LOG_LEVEL": "loud"],
        ["BUILD_TTL": "soon"], ["STORE_BACKEND": "s3"], ["REPOSITORY_ALLOW_LIST": "ftp://a"], ["TRUSTED_KEYS": "x"],
        ["UPSTREAM_URL": "nowhere"],
    ])
    func badSetting_stopsTheStartInOneLine(_ settings: [String: String]) async throws {
        let key = try #require(settings.keys.first)
        for arguments in [[], ["--check-config"]] {
            let failed = try await failure(settings, arguments)
            #expect(failed.ending != .exited(0))
            guard case .exited = failed.ending else {
                Issue.record("\(failed)")
                continue
            }
            #expect(failed.output.isEmpty)
            #expect(failed.errors.contains(key), "\(failed)")
            #expect(failed.errors.split(separator: "\n").count == 1, "\(failed)")
        }
    }

    @Test func settingsFile_isReadAndNamed() async throws {
        let folder = try TemporaryDirectory()
        let good = try folder.write(
            "max_pending_jobs = 7\nredis_url = \"redis://:secret@127.0.0.1:1\"\n",
            to: "good.toml"
        )
        // --check-config ends without being ready.
        var outcome = try await failure(
            ["REDIS_URL": "redis://:hidden@127.0.0.1:1"],
            ["--check-config", "--config", good]
        )
        #expect(outcome.ending == .exited(0), "\(outcome)")
        #expect(outcome.output.contains("max_pending_jobs"))
        #expect(outcome.output.contains("7"))
        #expect(!outcome.output.contains("hidden") && !outcome.output.contains("secret"))

        let bad = try folder.write("max_pending_jobs = 7\nmax_pending_job = 7\n", to: "bad.toml")
        outcome = try await failure([:], ["--config", bad])
        #expect(outcome.ending != .exited(0))
        #expect(outcome.errors.contains(bad) && outcome.errors.contains("max_pending_job"), "\(outcome)")
        #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome)")
        outcome = try await failure([:], ["--config", folder.file("missing.toml")])
        #expect(outcome.ending != .exited(0))
        #expect(outcome.errors.contains("missing.toml"), "\(outcome)")
    }

    @Test(arguments: [["--port", "70000"], ["--port", "-1"], ["--port", "x"], ["--nonsense"]])
    func badArgument_isRefused(_ arguments: [String]) async throws {
        let failed = try await failure([:], arguments)
        guard case .exited(let code) = failed.ending, code != 0 else {
            Issue.record("\(failed)")
            return
        }
        #expect(failed.errors.hasPrefix("Error: "), "\(failed)")
    }

    @Test func busyPort_isToldInOneLine() async throws {
        let redis = "redis://127.0.0.1:1"
        let first = try await ServerProcess.start(redis: redis, settings: ["LOG_LEVEL": "critical"])
        let failed = try await failure(["LOG_LEVEL": "critical"], ["--port", "\(first.port)"])
        #expect(failed.ending == .exited(1), "\(failed)")
        #expect(failed.errors.contains("can't listen on :: port \(first.port)"), "\(failed)")
        #expect(failed.errors.split(separator: "\n").count == 1, "\(failed)")
        #expect(try await first.stop() == .exited(0))
    }

    @Test(arguments: ["no-such-host.invalid", "300.1.1.1", "192.0.2.1", "fe80::zz"])
    func badHostname_isToldInOneLine(_ hostname: String) async throws {
        let failed = try await failure(["LOG_LEVEL": "critical"], ["--hostname", hostname])
        #expect(failed.ending == .exited(1), "\(failed)")
        #expect(failed.errors.contains("can't listen on \(hostname)"), "\(failed)")
        #expect(failed.errors.split(separator: "\n").count == 1, "\(failed)")
    }

    @Test func hostname_everyAddressByDefault() async throws {
        let server = try await ServerProcess.start(redis: "redis://127.0.0.1:1")
        for host in ["127.0.0.1", "::1"] {
            #expect(try await RawClient(port: server.port, host: host).request("GET /healthz").status == 200, "\(host)")
        }
        #expect(try await server.stop() == .exited(0))
    }

    @Test(arguments: [("::1", "127.0.0.1"), ("127.0.0.1", "::1")])
    func hostname_oneAddressOnly(own: String, other: String) async throws {
        let server = try await ServerProcess.start(redis: "redis://127.0.0.1:1", arguments: ["--hostname", own])
        #expect(try await RawClient(port: server.port, host: own).request("GET /healthz").status == 200)
        #expect(throws: TestSupportError.self) { _ = try RawClient(port: server.port, host: other).open() }
        #expect(try await server.stop() == .exited(0))
    }

    @Test func terminate_endsCleanlyWithOpenConnections() async throws {
        let server = try await ServerProcess.start(redis: "redis://127.0.0.1:1")
        let raw = RawClient(port: server.port)
        let idle = try raw.open()
        defer { close(idle) }
        try RawClient.write(Array("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n".utf8), to: idle)
        let silent = try raw.open()
        defer { close(silent) }
        #expect(try await raw.request("GET /healthz").status == 200)
        #expect(try await server.stop(within: .seconds(5)) == .exited(0))
        #expect(throws: TestSupportError.self) { _ = try raw.open() }
    }

    /// Whoever never sends the rest of a request doesn't hold up the end for long.
    @Test func terminate_endsWithAHalfSentRequest() async throws {
        let server = try await ServerProcess.start(redis: "redis://127.0.0.1:1")
        let half = try RawClient(port: server.port).open()
        defer { close(half) }
        let head = "POST /api/v1/build HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{"
        try RawClient.write(Array(head.utf8), to: half)
        // The answer to another request shows that the first one's head was read meanwhile or soon will be.
        #expect(try await RawClient(port: server.port).request("GET /healthz").status == 200)
        #expect(try await server.stop(within: .seconds(15)) == .exited(0))
    }
}
