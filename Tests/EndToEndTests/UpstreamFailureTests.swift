import ASUCore
import ASUTestSupport
import Foundation
import Testing

extension EndToEnd {
    /// An upstream that lies, breaks or goes away.
    @Suite struct UpstreamFailureTests {
        private static let request: [String: JSONValue] = [
            "version": "23.05.5", "target": "ath79/generic", "profile": "8dev,carambola2", "packages": ["sample-app"],
        ]

        private func buildOnTampered(_ kind: String, _ folder: String? = nil) async throws -> ASUSystem.Reply {
            let own = try TemporaryDirectory("asu-tampered")
            let upstream = try await SampleUpstream.generate(in: own.path, only: "23.05.5")
            let box = ReplyBox()
            try await ASUSystem.run(upstream, settings: ["BRANCHES": "23.05"]) { system, server in
                // After the catalog is loaded: only the worker meets it.
                try await upstream.tamper(kind, folder)
                try await system.withWorker(settings: ["MAX_ATTEMPTS": "1"]) { _ in
                    await box.put(try await system.build(server, Self.request))
                }
                let trees =
                    (try? FileManager.default.contentsOfDirectory(atPath: system.folder.path + "/cache/imagebuilders"))
                if ["signature", "archive", "archive-truncated"].contains(kind) {
                    #expect((trees ?? []).allSatisfy { RequestHash($0) == nil }, "nothing untrusted may be set up")
                }
            }
            return try #require(await box.reply)
        }

        private actor ReplyBox {
            private(set) var reply: ASUSystem.Reply?

            func put(_ reply: ASUSystem.Reply) { self.reply = reply }
        }

        @Test func worker_badSignature_refusesTheImageBuilder() async throws {
            let reply = try await buildOnTampered("signature")
            #expect(reply.status == 500)
            #expect(reply.detail.contains("sha256sums: the signature isn't good"), "\(reply.detail)")
        }

        @Test func worker_otherArchive_refusesItByHash() async throws {
            let reply = try await buildOnTampered("archive")
            #expect(reply.status == 500)
            #expect(reply.detail.contains("openwrt-imagebuilder-23.05.5-ath79-generic"), "\(reply.detail)")
        }

        @Test func worker_archiveAbsent_namesIt() async throws {
            let reply = try await buildOnTampered("archive-absent")
            #expect(reply.status == 500)
            #expect(reply.detail.contains("404"), "\(reply.detail)")
        }

        @Test func worker_badFeedSignature_isUpstreamsFault() async throws {
            let reply = try await buildOnTampered("index")
            #expect(reply.status == 500)
            #expect(reply.detail.contains("The package feeds could not be read"), "\(reply.detail)")
        }

        @Test func worker_upstreamGone_buildsFromItsCaches() async throws {
            let upstream = try await SharedUpstream.shared.get()
            try await ASUSystem.run(upstream) { system, server in
                try await system.withWorker { _ in
                    let first = try await system.build(server, Self.request)
                    #expect(first.status == 200, "\(first.detail)")
                    try await system.nginx.stop()
                    // Another hash, the same packages.
                    var request = Self.request
                    request["diff_packages"] = false
                    request["rootfs_size_mb"] = 100
                    let second = try await system.build(server, request)
                    #expect(second.status == 200, "\(second.detail)")
                }
            }
        }

        @Test func janitor_upstreamUnreachable_namesItAndKeepsTheCatalog() async throws {
            let upstream = try await SharedUpstream.shared.get()
            try await ASUSystem.run(upstream) { system, server in
                let before = try await CatalogStore(redis: system.redis.client()).generation()
                let (child, log) = try system.start(
                    "asu-janitor",
                    ["init"],
                    settings: ["UPSTREAM_URL": "http://127.0.0.1:9"]
                )
                #expect(try await child.wait(for: .seconds(60)) != .exited(0))
                let text = try String(contentsOfFile: log, encoding: .utf8)
                #expect(text.contains("http://127.0.0.1:9/.versions.json"), "\(text)")
                #expect(try await CatalogStore(redis: system.redis.client()).generation() == before)
            }
        }
    }
}
