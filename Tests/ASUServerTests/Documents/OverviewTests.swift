import ASUCore
import ASUTestSupport
import Testing

extension ServerTests {
    /// overview.json, branches.json and latest.json, key by key as clients read them.
    @Suite struct OverviewTests {
        @Test func overview_hasWhatClientsRead() async throws {
            let running = try await RunningServer.current()
            let reply = try await running.send("/json/v1/overview.json")
            #expect(reply.status == 200)
            #expect(reply.headers["content-type"] == "application/json")
            #expect(reply.headers["access-control-allow-origin"] == "*")
            #expect(Set(reply.json.keys) == ["latest", "branches", "upstream_url", "server"])
            #expect(reply.json["latest"] == ["25.12.0", "24.10.2"])
            #expect(reply.json["upstream_url"] == "https://downloads.openwrt.org")
            let server = try #require(reply.json["server"]?.object)
            #expect(server["max_custom_rootfs_size_mb"] == 1024)
            #expect(server["max_defaults_length"] == 20480)
            #expect(server["allow_defaults"] == false)
            #expect(server["repository_allow_list"] == [])
            #expect(server["version"]?.string?.isEmpty == false)
            #expect(server["contact"]?.string != nil)
            #expect(Set(try #require(reply.json["branches"]?.object).keys) == ["SNAPSHOT", "25.12", "24.10"])
        }

        @Test func branch_ofReleases_hasEveryKey() async throws {
            let running = try await RunningServer.current()
            let branches = try await running.send("/json/v1/overview.json").json["branches"]?.object
            let branch = try #require(branches?["24.10"]?.object)
            #expect(branch["name"] == "24.10")
            #expect(branch["enabled"] == true)
            #expect(branch["snapshot"] == false)
            #expect(branch["path"] == "releases/{version}")
            #expect(branch["path_packages"] == "DEPRECATED")
            #expect(branch["versions"] == ["24.10-SNAPSHOT", "24.10.2"])
            #expect(
                branch["targets"] == ["ath79/generic": "mips_24kc", "ath79/tiny": "mips_24kc", "x86/64": "x86_64"]
            )
            #expect(branch["branch_off_rev"] == 27990)
            #expect(branch["git_branch"] == "openwrt-24.10")
            #expect(branch["pubkey"]?.string != nil)
            #expect(branch["updates"] == "stable")
            #expect(branch["repos"] == ["base", "luci"])
            let changes = try #require(branch["package_changes"]?.array)
            #expect(changes.contains(["source": "auc", "target": "owut", "revision": 26792]))
            #expect(changes.contains(["source": "kmod-nft-nat6", "revision": 20282, "mandatory": true]))
            // Came to main after the branch had left it.
            #expect(!changes.contains { $0.object?["source"] == "opkg" })
        }

        @Test func branch_ofSnapshots_hasEveryKey() async throws {
            let running = try await RunningServer.current()
            let branches = try await running.send("/json/v1/overview.json").json["branches"]?.object
            let branch = try #require(branches?["SNAPSHOT"]?.object)
            #expect(branch["name"] == "SNAPSHOT")
            #expect(branch["enabled"] == true)
            #expect(branch["snapshot"] == true)
            #expect(branch["path"] == "snapshots")
            #expect(branch["path_packages"]?.string != nil)
            #expect(branch["versions"] == ["SNAPSHOT"])
            #expect(branch["targets"]?.object?["x86/64"] == "x86_64")
            #expect(branch["branch_off_rev"] == nil)
            #expect(branch["updates"] == "dev")
            #expect(branch["package_changes"]?.array?.contains { $0.object?["source"] == "opkg" } == true)
        }

        /// The oldest auc needs a list.
        @Test(arguments: ["/json/v1/branches.json", "/json/branches.json", "/api/branches"])
        func branches_isAListNewestFirst(_ path: String) async throws {
            let running = try await RunningServer.current()
            let reply = try await running.send(path)
            #expect(reply.status == 200)
            let list = try #require(reply.value.array)
            #expect(list.map { $0.object?["name"] } == ["SNAPSHOT", "25.12", "24.10"])
            let branches = try await running.send("/json/v1/overview.json").json["branches"]?.object ?? [:]
            for branch in list { #expect(branches[branch.object?["name"]?.string ?? ""] == branch) }
        }

        @Test(arguments: ["/json/v1/latest.json", "/json/latest.json"])
        func latest_isTheReleasesThatCanBeBuilt(_ path: String) async throws {
            let running = try await RunningServer.current()
            let reply = try await running.send(path)
            #expect(reply.status == 200)
            #expect(reply.value == ["latest": ["25.12.0", "24.10.2"]])
        }

        @Test func overview_changesWithTheCatalog() async throws {
            try await RunningServer.with { running in
                let before = try await running.send("/json/v1/overview.json")
                let manifest = try #require(
                    try await CatalogStore(redis: running.redis).load().manifests.first { $0.key.text == "24.10.2" }
                ).value
                var newer = manifest
                newer.version = "24.10.3"
                let lock = try #require(
                    try await running.redis.send(RedisCommand("GET", CatalogKeys().lock)).text
                )
                let generation = try await CatalogStore(redis: running.redis).publish([newer], lock: lock)
                try await running.waitForCatalog(generation)
                let after = try await running.send("/json/v1/overview.json")
                #expect(after.headers["etag"] != before.headers["etag"])
                let branch = after.json["branches"]?.object?["24.10"]?.object
                #expect(branch?["versions"] == ["24.10-SNAPSHOT", "24.10.3", "24.10.2"])
            }
        }
    }
}

/// The overview of servers with other settings or catalogs.
@Suite struct OtherOverviewTests {
    @Test func settings_areTold() async throws {
        let settings = [
            "ALLOW_DEFAULTS": "1", "MAX_DEFAULTS_LENGTH": "77", "MAX_CUSTOM_ROOTFS_SIZE_MB": "55",
            "REPOSITORY_ALLOW_LIST": "https://example.org/packages", "BRANCHES": "24.10",
            "UPSTREAM_URL": "https://mirror.example.org/openwrt",
        ]
        try await RunningServer.with(settings: settings) { running in
            let overview = try await running.send("/json/v1/overview.json").json
            #expect(overview["upstream_url"] == "https://mirror.example.org/openwrt")
            #expect(overview["branches"]?.object?.keys.sorted() == ["24.10"])
            let server = try #require(overview["server"]?.object)
            #expect(server["allow_defaults"] == true)
            #expect(server["max_defaults_length"] == 77)
            #expect(server["max_custom_rootfs_size_mb"] == 55)
            #expect(server["repository_allow_list"] == ["https://example.org/packages"])
        }
    }

    @Test func emptyCatalog_isAnEmptyOverview() async throws {
        try await withRedis { redisServer, redis in
            let server = try await ServerProcess.start(redis: "\(redisServer.url)", settings: [:], arguments: [])
            let running = RunningServer(server: server, redisServer: redisServer, redis: redis)
            defer { running.client.shutdown() }
            let overview = try await running.send("/json/v1/overview.json")
            #expect(overview.status == 200)
            #expect(overview.json["latest"] == [])
            #expect(overview.json["branches"] == [:])
            #expect(try await running.send("/json/v1/branches.json").text == "[]")
            let versions = try await running.send("/api/versions")
            #expect(versions.json == ["metadata_version": 1, "branches": []])
            #expect(try await server.stop() == .exited(0))
        }
    }
}
