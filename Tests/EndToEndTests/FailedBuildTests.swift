import ASUCore
import ASUTestSupport
import Foundation
import Testing

extension EndToEnd {
    /// What the ImageBuilder can't do ends in an answer that says why.
    @Suite struct FailedBuildTests {
        struct Case: Sendable {
            let version: String
            let target: String
            let profile: String
            let packages: [String]
            let detail: String
            var rootfsSize: Int?
            var logContains = ""
        }

        static let cases = [
            Case(
                version: "25.12.0",
                target: "ath79/generic",
                profile: "8dev,carambola2",
                packages: ["no-such-package", "luci"],
                detail: "Error: Impossible package selection: missing (no-such-package)"
            ),
            Case(
                version: "23.05.5",
                target: "ath79/generic",
                profile: "8dev,carambola2",
                packages: ["sample-conflict-a", "sample-conflict-b"],
                detail: "Error: Impossible package selection: conflicts (sample-conflict-a, sample-conflict-b)"
            ),
            Case(
                version: "25.12.0",
                target: "ath79/generic",
                profile: "8dev,carambola2",
                packages: ["sample-conflict-a", "sample-conflict-b"],
                detail: "Error: Impossible package selection: conflicts (sample-conflict-a, sample-conflict-b)"
            ),
            Case(
                version: "23.05.5",
                target: "ath79/generic",
                profile: "8dev,carambola2",
                packages: ["sample-clash-a", "sample-clash-b"],
                detail: "Error: Impossible package selection: conflicts (sample-clash-a, sample-clash-b)"
            ),
            Case(
                version: "25.12.0",
                target: "ath79/generic",
                profile: "8dev,carambola2",
                packages: ["sample-clash-a", "sample-clash-b"],
                detail: "Error: Impossible package selection: conflicts (sample-clash-a, sample-clash-b)"
            ),
            // Exit code 0, no profiles.json.
            Case(
                version: "23.05.5",
                target: "ath79/generic",
                profile: "tl-wr841n-v8",
                packages: ["sample-big"],
                detail: "Error: Selected packages exceed device storage"
            ),
            Case(
                version: "25.12.0",
                target: "ramips/mt7621",
                profile: "ubnt_edgerouter-x",
                packages: ["sample-big"],
                detail: "Error: Selected packages exceed device storage"
            ),
            Case(
                version: "23.05.5",
                target: "x86/64",
                profile: "generic",
                packages: ["sample-big"],
                detail: "Error: Selected packages exceed device storage",
                rootfsSize: 4
            ),
            Case(
                version: "25.12.0",
                target: "x86/64",
                profile: "generic",
                packages: [],
                detail: "Error: Selected packages exceed device storage",
                rootfsSize: 1
            ),
            Case(
                version: "23.05.5",
                target: "ath79/generic",
                profile: "8dev,carambola2",
                packages: ["sample-exit2"],
                detail: "Error: Error while building firmware. See stdout/stderr"
            ),
        ]

        @Test func build_thatCannotBe_saysWhy() async throws {
            let upstream = try await SharedUpstream.shared.get()
            try await ASUSystem.run(upstream) { system, server in
                try await system.withWorker { _ in
                    for one in Self.cases {
                        var request: [String: JSONValue] = [
                            "version": .string(one.version), "target": .string(one.target),
                            "profile": .string(one.profile), "packages": .array(one.packages.map(JSONValue.string)),
                        ]
                        if let size = one.rootfsSize { request["rootfs_size_mb"] = .integer(Int64(size)) }
                        let result = try await system.build(server, request)
                        #expect(result.status == 500, "\(one.packages)")
                        #expect(
                            result.detail == one.detail,
                            "\(one.version) \(one.packages): \(result["stderr"]?.string ?? "")"
                        )
                        #expect(result["imagebuilder_status"] == "failed")
                        #expect(result["stderr"]?.string != nil)
                        #expect(result["request"]?.object?["version"] == .string(one.version))
                        // A failure is an outcome: remembered, and its log can be read.
                        let again = try await system.post(server, request)
                        #expect(again.status == 500)
                        let log = try await system.download(server, result, "buildlog.txt")
                        #expect(try String(contentsOfFile: log, encoding: .utf8).contains("make image"))
                    }
                    try await expectInStatistics("Selected packages exceed device storage", system, server)
                }
            }
        }

        /// The worker writes its counts about a second after a build.
        private func expectInStatistics(_ text: String, _ system: ASUSystem, _ server: ASUSystem.Server) async throws {
            for _ in 0..<60 {
                let errors = try await system.client.fetch(HTTPFetch(server.url + "/api/v1/build-errors")).text
                if errors.contains(text) { return }
                try await Task.sleep(for: .milliseconds(100))
            }
            Issue.record("build-errors doesn't tell of: \(text)")
        }

        /// An image that is dropped for its size doesn't take the others with it.
        @Test func build_oneImageTooBig_keepsTheOthers() async throws {
            let upstream = try await SharedUpstream.shared.get()
            try await ASUSystem.run(upstream) { system, server in
                try await system.withWorker { _ in
                    let result = try await system.build(
                        server,
                        [
                            "version": "23.05.5", "target": "ramips/mt7621", "profile": "dlink_dir-860l-b1",
                            "packages": ["sample-big"],
                        ]
                    )
                    #expect(result.status == 200, "\(result.detail)")
                    let types = (result["images"]?.array ?? []).compactMap { $0.object?["type"]?.string }
                    #expect(types.contains("factory"))
                    #expect(!types.contains("sysupgrade"))
                }
            }
        }

        @Test func build_tooLong_isStopped() async throws {
            let upstream = try await SharedUpstream.shared.get()
            try await ASUSystem.run(upstream) { system, server in
                try await system.withWorker(settings: ["JOB_TIMEOUT": "12s"]) { worker in
                    let result = try await system.build(
                        server,
                        [
                            "version": "23.05.5", "target": "ath79/generic", "profile": "8dev,carambola2",
                            "packages": ["sample-fail-hang"],
                        ]
                    )
                    #expect(result.status == 500)
                    #expect(result.detail == "Error: The build took longer than 12s and was stopped")
                    // The worker lives on and builds the next one.
                    let next = try await system.build(
                        server,
                        ["version": "23.05.5", "target": "ath79/generic", "profile": "8dev,carambola2", "packages": []]
                    )
                    #expect(next.status == 200, "\(next.detail)")
                }
            }
        }

        @Test func build_endlessOutput_isBounded() async throws {
            let upstream = try await SharedUpstream.shared.get()
            try await ASUSystem.run(upstream) { system, server in
                try await system.withWorker { _ in
                    let result = try await system.build(
                        server,
                        [
                            "version": "23.05.5", "target": "ath79/generic", "profile": "8dev,carambola2",
                            "packages": ["sample-noisy"],
                        ]
                    )
                    #expect(result.status == 200, "\(result.detail)")
                    #expect((result["stdout"]?.string?.utf8.count ?? .max) <= 16 << 10)
                    let log = try await system.download(server, result, "buildlog.txt")
                    let size = try FileManager.default.attributesOfItem(atPath: log)[.size] as? Int
                    #expect((size ?? .max) < 18 << 20)
                }
            }
        }
    }
}
