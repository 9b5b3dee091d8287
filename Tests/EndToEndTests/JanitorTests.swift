import ASUCore
import ASUTestSupport
import Foundation
import Testing

extension EndToEnd {
    /// The janitor as cron, an operator and a service manager start it.
    @Suite struct JanitorTests {
        /// Runs a command of the janitor's and gives its exit and output.
        private func janitor(
            _ system: ASUSystem,
            _ arguments: [String],
            settings: [String: String] = [:]
        ) async throws -> (ending: ChildProcess.Ending, output: String) {
            let (child, log) = try system.start("asu-janitor", arguments, settings: settings)
            let ending = try await child.wait(for: .seconds(60))
            return (ending, try String(contentsOfFile: log, encoding: .utf8))
        }

        @Test func update_once_isQuietUnlessSomethingFails() async throws {
            let folder = try TemporaryDirectory("asu-janitor")
            let upstream = try await SampleUpstream.generate(in: folder.path, only: "23.05.5")
            try await ASUSystem.run(upstream, settings: ["BRANCHES": "23.05"]) { system, _ in
                var run = try await janitor(system, ["update"])
                #expect(run.ending == .exited(0))
                #expect(run.output == "")
                run = try await janitor(system, ["update", "--dry-run"])
                #expect(run.ending == .exited(0))
                #expect(run.output.hasSuffix("nothing has changed\n"), "\(run.output)")
                run = try await janitor(system, ["status"])
                #expect(run.ending == .exited(0))
                #expect(run.output.contains("23.05.5: r24106-10cc5fcd00, "), "\(run.output)")
                run = try await janitor(system, ["status"], settings: ["BRANCHES": "23.05,24.10"])
                #expect(run.ending == .exited(1))
                #expect(run.output.contains("24.10: nothing is loaded"))
                // Another one is at work.
                let redis = system.redis.client()
                _ = try await redis.send(RedisCommand("SET", CatalogKeys().lock, "another", "PX", 20_000))
                run = try await janitor(system, ["update"])
                #expect(run.ending == .exited(2))
                #expect(run.output.hasPrefix("asu-janitor: another asu-janitor is at work"), "\(run.output)")
                _ = try await redis.send(RedisCommand("DEL", CatalogKeys().lock))
                await redis.shutdown()
                let index = "\(upstream.root)/releases/23.05.5/packages/mips_24kc/base/Packages.gz"
                try Data("<html>".utf8).write(to: URL(fileURLWithPath: index))
                run = try await janitor(system, ["update"])
                #expect(run.ending == .exited(1))
                #expect(run.output.contains("failed, old data kept: 1\n"), "\(run.output)")
                #expect(run.output.contains("/base/Packages.gz: can't be decompressed: "), "\(run.output)")
                for wrong in [["--interval", "soon"], ["--version", "../x"], ["--target", "x"]] {
                    run = try await janitor(system, ["update"] + wrong)
                    #expect(run.ending == .exited(64), "\(wrong)")
                    #expect(run.output.contains("expected a "), "\(run.output)")
                }
            }
        }

        @Test func update_onATimer_endsOnSignal() async throws {
            let upstream = try await SharedUpstream.shared.get()
            try await ASUSystem.run(upstream) { system, _ in
                let (child, log) = try system.start(
                    "asu-janitor",
                    ["update", "--interval", "1s"],
                    settings: ["LOG_LEVEL": "debug"]
                )
                let end = ContinuousClock.now + .seconds(30)
                func text() -> String { (try? String(contentsOfFile: log, encoding: .utf8)) ?? "" }
                // Every second, though nothing changes after the first time.
                while text().components(separatedBy: "nothing has changed").count < 3, ContinuousClock.now < end {
                    try await Task.sleep(for: .milliseconds(50))
                }
                #expect(text().components(separatedBy: "nothing has changed").count >= 3, "\(text())")
                let ending = try await child.stop(within: .seconds(10))
                #expect(ending == .exited(0))
            }
        }

        /// A snapshot moves on: who asks anew gets the new one, who holds the old result can still use it for an hour.
        @Test func update_newRevision_endsItsOldBuilds() async throws {
            let folder = try TemporaryDirectory("asu-janitor")
            let upstream = try await SampleUpstream.generate(in: folder.path, only: "SNAPSHOT")
            try await ASUSystem.run(upstream, settings: ["BRANCHES": "SNAPSHOT"]) { system, server in
                let request: [String: JSONValue] = [
                    "version": "SNAPSHOT", "target": "ramips/mt7621", "profile": "ruijie_rg-ew1200g-pro-v1.1",
                ]
                let hash = try await system.withWorker { _ in
                    let reply = try await system.build(server, request)
                    #expect(reply.status == 200, "\(reply.body)")
                    return reply.hash
                }
                let redis = system.redis.client()
                let key = QueueKeys(prefix: "asu").build(hash)
                #expect(try await redis.send(RedisCommand("TTL", key)).int ?? 0 > 3600)
                try await upstream.tamper("snapshot")
                let run = try await janitor(system, ["update"])
                #expect(run.ending == .exited(0), "\(run.output)")
                let left = try await redis.send(RedisCommand("TTL", key)).int ?? 0
                #expect((1...3600).contains(left))
                await redis.shutdown()
                let old = try await system.poll(server, hash)
                #expect(old.status == 200)
                // The server notices within seconds.
                let end = ContinuousClock.now + .seconds(10)
                var status = 200
                while status == 200, ContinuousClock.now < end {
                    status = try await system.post(server, request).status
                    try await Task.sleep(for: .milliseconds(100))
                }
                #expect(status == 202)
            }
        }
    }
}
