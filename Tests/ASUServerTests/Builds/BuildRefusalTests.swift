import ASUCore
import ASUTestSupport
import Testing

extension ServerTests {
    /// Well-formed requests that the server won't build, and those that it nearly wouldn't.
    @Suite struct BuildRefusalTests {
        @Test(arguments: [
            ("version", "19.07.10", "Unsupported branch: 19.07.10"),
            ("version", "23.05.5", "Unsupported version: 23.05.5"),
            ("version", "24.10.99", "Unsupported version: 24.10.99"),
        ])
        func version_unknown(field: String, value: String, detail: String) async throws {
            let running = try await RunningServer.current()
            try await running.post(.request([field: .string(value)])).expectError(400, detail: detail)
            #expect(try await running.queue.counts().waiting == 0)
        }

        @Test func target_unknown() async throws {
            let running = try await RunningServer.current()
            let reply = try await running.post(.request(["target": "ath79/nand"]))
            reply.expectError(400)
            #expect(reply.detail?.hasPrefix("Unsupported target: ath79/nand") == true)
        }

        @Test func profile_unknown() async throws {
            let running = try await RunningServer.current()
            let reply = try await running.post(.request(["profile": "nobody_nothing"]))
            reply.expectError(400)
            #expect(reply.detail?.hasPrefix("Unsupported profile: nobody_nothing") == true)
        }

        @Test(arguments: [
            ("ath79/generic", "8dev,carambola2", "8dev_carambola2"),
            ("ath79/generic", "CARAMBOLA2", "8dev_carambola2"),
            ("ath79/generic", "archer-c7-v2", "tplink_archer-c7-v2"),
            ("x86/64", "generic", "generic"),
            ("x86/64", "innotek-gmbh-virtualbox", "generic"),
            ("x86/64", "a,b.c", "generic"),
        ])
        func profile_isResolved(target: String, profile: String, id: String) async throws {
            let running = try await RunningServer.current()
            _ = try await running.enqueue(.request(["target": .string(target), "profile": .string(profile)]))
            let job = try await running.claimedJob()
            #expect(job.profile.text == id)
            #expect(job.revision == SampleCatalog.revision)
        }

        @Test func packages_unknown422NamesAll() async throws {
            let running = try await RunningServer.current()
            let reply = try await running.post(.request(["packages": ["vim", "foo", "-nothing", "libc", "bar+"]]))
            reply.expectError(422, detail: "Unsupported package(s): foo, bar+")
            #expect(reply.headers["x-unknown-package"] == "foo, bar+")
            #expect(reply.headers["access-control-expose-headers"]?.contains("X-Unknown-Package") == true)
            #expect(try await running.queue.counts().waiting == 0)
        }

        @Test func packages_misspelt_areOfferedTheNearest() async throws {
            let running = try await RunningServer.current()
            let reply = try await running.post(.request(["packages": ["vimm", "dnsmsaq", "quite-another"]]))
            reply.expectError(422, detail: "Unsupported package(s): vimm, dnsmsaq, quite-another")
            let suggestions = reply.value.object?["suggestions"]?.object
            #expect(suggestions?["vimm"]?.array?.first == "vim")
            #expect(suggestions?["quite-another"] == nil)
        }

        /// Proxies and clients bound the head of an answer; nginx by default at 4 KB.
        @Test func packages_manyUnknownFitInTheHead() async throws {
            let running = try await RunningServer.current()
            let names = (0..<1000).map { "package-nobody-knows-\($0)" }
            let reply = try await running.post(.request(["packages": .array(names.map(JSONValue.string))]))
            reply.expectError(422)
            let listed = try #require(reply.headers["x-unknown-package"])
            #expect(listed.utf8.count <= 2048)
            #expect(listed.hasPrefix("package-nobody-knows-0, package-nobody-knows-1, "))
            #expect(reply.detail?.hasSuffix("package-nobody-knows-999") == true)
        }

        @Test func packages_providedAndKernelModules() async throws {
            let running = try await RunningServer.current()
            _ = try await running.enqueue(.request(["packages": ["dnsmasq", "kmod-ath9k", "+luci", "-vim"]]))
        }

        @Test func packages_unknownWhereProvidesAreUnknown() async throws {
            let running = try await RunningServer.current()
            let version = JSONValue.string(SampleCatalog.apkRelease)
            _ = try await running.enqueue(.request(["version": version, "packages": ["nobody-knows"]]))
        }

        @Test func packagesVersions_outdated() async throws {
            let running = try await RunningServer.current()
            let old = try await running.post(.request(["packages_versions": ["vim": "8.2-r1", "tmux": "3.4-r1"]]))
            let detail = "Impossible package selection: vim version not as requested: 8.2-r1 vs. 9.1-r1"
            old.expectError(422, detail: detail)
            #expect(old.headers["x-unknown-package"] == "vim")
            // What is newer than the catalog is left to the build.
            _ = try await running.enqueue(.request(["packages_versions": ["vim": "9.2-r1"]]))
        }

        @Test func versionCode_olderRefusedNewerBuilt() async throws {
            let running = try await RunningServer.current()
            try await running.post(.request(["version_code": "r28000-abc"])).expectError(
                400,
                detail: "Received incorrect version \(SampleCatalog.revision) (requested r28000-abc)"
            )
            _ = try await running.enqueue(.request(["version_code": .string(SampleCatalog.revision)]))
            _ = try await running.enqueue(.request(["version_code": "r99999-abc"]))
        }

        @Test func defaults_emptyAcceptedOthersRefused() async throws {
            let running = try await RunningServer.current()
            let plain = try await running.enqueue(.request())
            #expect(try await running.enqueue(.request(["defaults": "", "filesystem": ""])) == plain)
            try await running.post(.request(["defaults": "uci set a.b=c"]))
                .expectError(400, detail: "Handling `defaults` not enabled on server")
        }

        @Test func repositories_refusedByDefault() async throws {
            let running = try await RunningServer.current()
            _ = try await running.enqueue(.request(["repositories": [:], "repository_keys": []]))
            try await running.post(.request(["repositories": ["own": "https://example.org/packages"]]))
                .expectError(400, detail: "Repository not allowed: https://example.org/packages")
        }

        @Test func refusals_areNotCached() async throws {
            let running = try await RunningServer.current()
            for _ in 0..<2 { try await running.post(.request(["packages": ["foo"]])).expectError(422) }
            #expect(try await running.redis.send(RedisCommand("KEYS", "asu:build:*")).elements?.isEmpty == true)
        }
    }
}

/// What a server with other settings answers.
@Suite struct SettingsInForceTests {
    @Test func maxPendingJobs_reached529() async throws {
        try await RunningServer.with(settings: ["MAX_PENDING_JOBS": "2", "ALLOW_DEFAULTS": "1"]) { running in
            _ = try await running.enqueue(.request(["packages": ["vim"]]))
            let known = try await running.enqueue(.request(["packages": ["tmux"], "defaults": "echo hi"]))
            let reply = try await running.post(.request())
            reply.expectError(529)
            #expect(reply.json["title"] == "Server overloaded")
            #expect(reply.detail?.hasPrefix("server overload") == true)
            #expect(reply.detail?.hasSuffix(": 2") == true)
            #expect(reply.headers["retry-after"] != nil)
            #expect(reply.headers["x-imagebuilder-status"] == nil)
            // A known request is answered all the same.
            #expect(try await running.send("/api/v1/build/\(known)").status == 202)
            #expect(
                try await running.post(.request(["packages": ["tmux"], "defaults": "echo hi"])).status == 202
            )
        }
    }

    @Test func allowList_admitsWhatLiesBelow() async throws {
        let settings = ["REPOSITORY_ALLOW_LIST": "https://example.org/packages", "MAX_DEFAULTS_LENGTH": "5"]
        try await RunningServer.with(settings: settings) { running in
            let allowed = ["own": "https://example.org/packages/x86"] as JSONValue
            _ = try await running.enqueue(.request(["repositories": allowed, "packages": ["nobody-knows"]]))
            for url in [
                "https://example.org/packages-evil", "https://example.org/packages/../x", "http://example.org/packages",
            ] {
                try await running.post(.request(["repositories": ["own": .string(url)]])).expectError(400)
            }
            try await running.post(.request(["defaults": "123456"])).expectError(400)
        }
    }
}
