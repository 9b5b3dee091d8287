import ASUCore
import Testing

extension ServerTests {
    /// `/api/versions`, which answers in two shapes at once.
    @Suite struct LegacyVersionsTests {
        @Test func versions_listForLuCI() async throws {
            let running = try await RunningServer.current()
            let reply = try await running.send("/api/versions?1795448944895")
            #expect(reply.status == 200)
            #expect(reply.headers["access-control-allow-origin"] == "*")
            #expect(reply.json["metadata_version"] == 1)
            let branches = try #require(reply.json["branches"]?.array).compactMap(\.object)
            // Newest first: its client stops at its own.
            #expect(branches.map { $0["name"] } == ["snapshot", "25.12", "24.10"])
            #expect(
                branches.first == [
                    "name": "snapshot", "enabled": true, "latest": "snapshot", "git_branch": "master",
                    "path": "snapshots", "pubkey": "", "updates": "dev",
                ]
            )
            // Not the branch's snapshot, though that is newer.
            #expect(
                branches.last == [
                    "name": "24.10", "enabled": true, "latest": "24.10.2", "git_branch": "openwrt-24.10",
                    "path": "releases/24.10.2", "pubkey": "", "updates": "stable",
                ]
            )
        }

        @Test func versions_byNameForTheSeed() async throws {
            let running = try await RunningServer.current()
            let reply = try await running.send("/api/versions")
            #expect(reply.json["SNAPSHOT"] == ["branch": "SNAPSHOT", "path": "snapshots", "pubkey": ""])
            #expect(reply.json["24.10.2"] == ["branch": "24.10", "path": "releases/24.10.2", "pubkey": ""])
            let keys: Set = ["metadata_version", "branches", "SNAPSHOT", "25.12.0", "24.10.2"]
            #expect(Set(reply.json.keys) == keys)
        }

        /// Each `latest` is what its client asks for next.
        @Test func versions_latest_canBeBuilt() async throws {
            let running = try await RunningServer.current()
            let branches = try await running.send("/api/versions").json["branches"]?.array ?? []
            #expect(branches.count == 3)
            for branch in branches {
                let latest = try #require(branch.object?["latest"])
                _ = try await running.enqueueLegacy(.legacy(["version": latest]))
            }
        }
    }
}
