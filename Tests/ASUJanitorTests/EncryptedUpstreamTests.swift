import ASUCore
import ASUTestSupport
import Testing

@testable import ASUJanitor

/// A download server with TLS and HTTP/2, as the public one is.
@Suite(.timeLimit(.minutes(1)), .enabled(if: NginxServer.isAvailable)) struct EncryptedUpstreamTests {
    @Test func run_overTLS_sharesConnectionsByHTTP2() async throws {
        let tree = try UpstreamTree()
        try tree.list(["24.10.4"])
        try tree.addRelease("24.10.4")
        let folder = try TemporaryDirectory("tls")
        let openssl = try ChildProcess(
            "/usr/bin/openssl",
            [
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder.file("key.pem"), "-out",
                folder.file("ca.pem"),
            ],
            output: folder.file("openssl.log"),
            errors: folder.file("openssl.log")
        )
        #expect(try await openssl.wait(for: .seconds(20)) == .exited(0))
        let port = try NginxServer.freePort()
        var options = NginxServer.Options()
        options.extra = """
            listen 127.0.0.1:\(port) ssl http2;
            ssl_certificate \(folder.file("ca.pem"));
            ssl_certificate_key \(folder.file("key.pem"));
            """
        try await withJanitor(tree, options: options) { fixture in
            var configuration = HTTPClient.Configuration(userAgent: "test")
            configuration.certificateFile = folder.file("ca.pem")
            let client = HTTPClient(configuration: configuration)
            defer { client.shutdown() }
            var trusting = fixture
            trusting.upstream = UpstreamReader(baseURL: "https://127.0.0.1:\(port)", client: client)
            #expect(try await trusting.run().failures.isEmpty)
            let requests = try await fixture.server.requests(atLeast: 12)
            #expect(requests.allSatisfy { $0.contains(" HTTP/2.0 ") }, "\(requests)")
            // A certificate that nobody vouches for ends it, and is not asked again.
            let stranger = HTTPClient(configuration: HTTPClient.Configuration(userAgent: "test"))
            defer { stranger.shutdown() }
            trusting.upstream = UpstreamReader(baseURL: "https://127.0.0.1:\(port)", client: stranger)
            let failure = try await trusting.failure()
            #expect(failure?.url == "https://127.0.0.1:\(port)/.versions.json")
            #expect(failure?.reason.lowercased().contains("certificate") == true)
        }
    }
}
