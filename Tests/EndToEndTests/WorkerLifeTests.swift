import ASUCore
import ASUTestSupport
import Foundation
import Testing

extension EndToEnd {
    /// Workers that die, are told to go, or run beside each other.
    @Suite struct WorkerLifeTests {
        private static let slow: [String: JSONValue] = [
            "version": "23.05.5", "target": "ath79/generic", "profile": "8dev,carambola2", "packages": ["sample-slow"],
        ]

        private func waitUntilStarted(_ system: ASUSystem, _ server: ASUSystem.Server, _ hash: String) async throws {
            for _ in 0..<400 {
                let reply = try await system.poll(server, hash)
                if reply["imagebuilder_status"]?.string == "building_image" { return }
                try await Task.sleep(for: .milliseconds(50))
            }
            throw TestSupportError("the build of \(hash) doesn't start")
        }

        @Test func worker_killedInMidBuild_anotherTakesTheJob() async throws {
            let upstream = try await SharedUpstream.shared.get()
            try await ASUSystem.run(upstream, settings: ["LEASE": "2s"]) { system, server in
                let first = try await system.startWorker()
                let hash = try await system.post(server, Self.slow).hash
                try await waitUntilStarted(system, server, hash)
                first.process.kill()
                try await system.withWorker { _ in
                    let result = try await system.wait(server, hash)
                    #expect(result.status == 200, "\(result.detail)")
                    // The second claim's publication.
                    #expect(result["bin_dir"]?.string?.contains(/\/2-[0-9a-f]{8}$/) == true)
                }
            }
        }

        @Test func worker_sigterm_finishesItsBuildAndEnds() async throws {
            let upstream = try await SharedUpstream.shared.get()
            try await ASUSystem.run(upstream) { system, server in
                let worker = try await system.startWorker()
                let hash = try await system.post(server, Self.slow).hash
                try await waitUntilStarted(system, server, hash)
                worker.process.terminate()
                #expect(try await worker.process.wait(for: .seconds(40)) == .exited(0))
                #expect(try await system.poll(server, hash).status == 200, "\(worker.log)")
            }
        }

        @Test func worker_idle_endsAtSigterm() async throws {
            let upstream = try await SharedUpstream.shared.get()
            try await ASUSystem.run(upstream) { system, _ in
                let worker = try await system.startWorker()
                worker.process.terminate()
                #expect(try await worker.process.wait(for: .seconds(5)) == .exited(0))
            }
        }

        @Test func worker_once_endsAfterOneJob() async throws {
            let upstream = try await SharedUpstream.shared.get()
            try await ASUSystem.run(upstream) { system, server in
                let worker = try await system.startWorker(["--once"])
                let result = try await system.build(
                    server,
                    ["version": "23.05.5", "target": "ath79/generic", "profile": "8dev,carambola2"]
                )
                #expect(result.status == 200, "\(result.detail)")
                #expect(try await worker.process.wait(for: .seconds(20)) == .exited(0))
            }
        }

        @Test func worker_withoutSandbox_warnsAndBuilds() async throws {
            let upstream = try await SharedUpstream.shared.get()
            try await ASUSystem.run(upstream) { system, server in
                try await system.withWorker(settings: ["SANDBOX": "none"]) { worker in
                    #expect(worker.log.contains("warning"))
                    #expect(worker.log.contains("unconfined"))
                    let result = try await system.build(
                        server,
                        [
                            "version": "25.12.0", "target": "ath79/generic", "profile": "8dev,carambola2",
                            "packages": ["luci"],
                        ]
                    )
                    #expect(result.status == 200, "\(result.detail) \(result["stderr"]?.string ?? "")")
                }
            }
        }

        @Test func worker_workspaceOnDisk_buildsAndCleansUp() async throws {
            let upstream = try await SharedUpstream.shared.get()
            try await ASUSystem.run(upstream) { system, server in
                let workspace = system.folder.file("workspace")
                try await system.withWorker(settings: ["WORKSPACE_PATH": workspace]) { _ in
                    let result = try await system.build(
                        server,
                        [
                            "version": "23.05.5", "target": "ath79/generic", "profile": "8dev,carambola2",
                            "packages": ["luci"],
                        ]
                    )
                    #expect(result.status == 200, "\(result.detail)")
                    #expect(try FileManager.default.contentsOfDirectory(atPath: workspace + "/jobs").isEmpty)
                }
            }
        }

        /// Two commands in one tree would fight over its lock and its root; each build has a view of its own.
        @Test func workers_buildAtOnceFromOneTree() async throws {
            let upstream = try await SharedUpstream.shared.get()
            try await ASUSystem.run(upstream) { system, server in
                try await system.withWorker { first in
                    try await system.withWorker { second in
                        async let one = system.build(server, Self.slow)
                        async let two = system.build(server, Self.slow.merging(["profile": "archer-c7"]) { $1 })
                        for result in try await [one, two] { #expect(result.status == 200, "\(result.detail)") }
                        #expect(first.log.contains("job done") && second.log.contains("job done"))
                    }
                }
            }
        }

        @Test func redis_unreachable_isSaidInOneLine() async throws {
            let upstream = try await SharedUpstream.shared.get()
            try await ASUSystem.run(upstream) { system, _ in
                let (child, log) = try system.start(
                    "asu-janitor",
                    ["init"],
                    settings: ["REDIS_URL": "redis://127.0.0.1:9"]
                )
                #expect(try await child.wait(for: .seconds(30)) != .exited(0))
                let text = try String(contentsOfFile: log, encoding: .utf8)
                #expect(text.contains("127.0.0.1:9"), "\(text)")
            }
        }
    }
}
