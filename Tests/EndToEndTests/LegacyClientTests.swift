import ASUCore
import ASUTestSupport
import Foundation
import Testing

extension EndToEnd {
    /// Clients of early 2020, which name no target and send the same request until there is an image.
    @Suite struct LegacyClientTests {
        /// Sends `request` again and again, as they do, until the answer is another than 202.
        private func build(
            _ system: ASUSystem,
            _ server: ASUSystem.Server,
            _ request: [String: JSONValue]
        ) async throws -> ASUSystem.Reply {
            let end = ContinuousClock.now + .seconds(120)
            while ContinuousClock.now < end {
                let reply = try await system.post(server, request, to: "/api/build")
                guard reply.status == 202 else { return reply }
                #expect(["queued", "started"].contains(reply["status"]?.string))
                try await Task.sleep(for: .milliseconds(100))
            }
            throw TestSupportError("the build has no outcome after 120 s")
        }

        @Test func build_asIn2020_linksToTheImages() async throws {
            let upstream = try await SharedUpstream.shared.get()
            try await ASUSystem.run(upstream) { system, server in
                try await system.withWorker { _ in
                    for (version, profile, target) in [
                        ("19.07.10", "wd,mynet-n600", "ath79/generic"),
                        ("snapshot", "ruijie_rg-ew1200g-pro-v1.1", "ramips/mt7621"),
                    ] {
                        let request: [String: JSONValue] = [
                            "version": .string(version), "profile": .string(profile),
                            "packages": ["sample-app", "libc", "kernel"],
                        ]
                        let result = try await build(system, server, request)
                        #expect(result.status == 200, "\(version): \(result.body)")
                        guard result.status == 200 else { continue }
                        try await check(result, target, system, server)
                        #expect(result["version_number"] == .string(version == "snapshot" ? "SNAPSHOT" : version))
                    }
                }
            }
        }

        private func check(
            _ result: ASUSystem.Reply,
            _ target: String,
            _ system: ASUSystem,
            _ server: ASUSystem.Server
        ) async throws {
            // auc 0.1 goes on polling as long as it sees one.
            #expect(result["status"] == nil)
            #expect(result["target"] == .string(target))
            #expect(result["metadata_version"] == 1)
            #expect(result["buildlog"] == true)
            // The selector of 2020 shows the result only if all of these are there.
            for name in ["version_number", "version_code", "version_commit", "bin_dir", "id", "image_prefix"] {
                #expect(result[name]?.string?.isEmpty == false, "\(name)")
            }
            #expect(result["titles"]?.array?.isEmpty == false)
            #expect(result["supported_devices"]?.array != nil)
            for name in ["build_at", "enqueued_at"] {
                #expect(result[name]?.string?.wholeMatch(of: /\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT/) != nil, "\(name)")
            }
            #expect(result["manifest"]?.object?["sample-app"]?.string != nil)
            let images = try #require(result["images"]?.array)
            #expect(images.contains { $0.object?["type"] == "sysupgrade" })
            for image in images {
                let name = try #require(image.object?["name"]?.string)
                let hash = try #require(image.object?["sha256"]?.string)
                #expect(image.object?["type"]?.string != nil)
                _ = try await system.download(server, result, name, sha256: hash)
            }
            let log = try await system.download(server, result, "buildlog.txt")
            #expect(try String(contentsOfFile: log, encoding: .utf8).contains("make image"))
        }

        @Test func build_thatCannotBe_saysWhy() async throws {
            let upstream = try await SharedUpstream.shared.get()
            try await ASUSystem.run(upstream) { system, server in
                try await system.withWorker { _ in
                    let result = try await build(
                        system,
                        server,
                        [
                            "version": "23.05.5", "profile": "8dev,carambola2",
                            "packages": ["sample-conflict-a", "sample-conflict-b"],
                        ]
                    )
                    #expect(result.status == 500)
                    let message = "Impossible package selection: conflicts (sample-conflict-a, sample-conflict-b)"
                    #expect(result["message"] == .string(message))
                    #expect(result["error"] == .string(message))
                    #expect(result["log"]?.string?.isEmpty == false)
                    #expect(result["buildlog"] == true)
                    #expect(result["status"] == nil)
                    let log = try await system.download(server, result, "buildlog.txt")
                    #expect(try String(contentsOfFile: log, encoding: .utf8).contains("sample-conflict-a"))
                    let other = try await build(system, server, ["version": "23.05.5", "profile": "nobody,nothing"])
                    #expect(other.status == 400)
                    #expect(other["status"] == "bad_profile")
                }
            }
        }
    }
}
