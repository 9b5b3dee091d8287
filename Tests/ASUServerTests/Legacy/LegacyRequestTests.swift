import ASUCore
import ASUTestSupport
import Testing

extension ServerTests {
    /// What the API of 2020 takes and refuses.
    @Suite struct LegacyRequestTests {
        @Test(arguments: [
            ("8dev,carambola2", "ath79/generic", "8dev_carambola2"), ("CARAMBOLA2", "ath79/generic", "8dev_carambola2"),
            ("generic", "x86/64", "generic"),
            // An id counts more than a supported device of another target.
            ("tplink,archer-c7-v1", "ath79/tiny", "tplink_archer-c7-v1"),
        ])
        func target_isFoundByTheProfile(profile: String, target: String, id: String) async throws {
            let running = try await RunningServer.current()
            _ = try await running.enqueueLegacy(.legacy(["profile": .string(profile)]))
            let job = try await running.claimedJob()
            #expect(job.request.target.description == target)
            #expect(job.profile.text == id)
            #expect(job.request.version.text == SampleCatalog.release)
            #expect(!job.request.diffPackages)
        }

        @Test(arguments: ["tplink_archer-c7-v2", "tplink,archer-c7-v2", "archer-c7-v2"])
        func target_several_areNamed(profile: String) async throws {
            let running = try await RunningServer.current()
            let reply = try await running.postLegacy(.legacy(["profile": .string(profile)]))
            reply.expectRefusal(400, "bad_profile")
            #expect(reply.json["message"]?.string?.contains("ath79/generic, ath79/tiny") == true)
            _ = try await running.enqueueLegacy(.legacy(["profile": .string(profile), "target": "ath79/tiny"]))
            #expect(try await running.claimedJob().request.target.description == "ath79/tiny")
        }

        /// A target that takes any name for `generic` isn't found by any name.
        @Test func target_none_isBadProfile() async throws {
            let running = try await RunningServer.current()
            let reply = try await running.postLegacy(.legacy(["profile": "nobody_nothing"]))
            reply.expectRefusal(400, "bad_profile")
            #expect(reply.json["message"]?.string?.hasPrefix("Unsupported profile: nobody_nothing") == true)
            #expect(try await running.queue.counts().waiting == 0)
        }

        @Test(arguments: [
            ("snapshot", "SNAPSHOT"), ("SNAPSHOT", "SNAPSHOT"), ("Snapshot", "SNAPSHOT"),
            ("24.10-snapshot", "24.10-SNAPSHOT"),
        ])
        func version_snapshotInAnyCase(asked: String, version: String) async throws {
            let running = try await RunningServer.current()
            let hash = try await running.enqueueLegacy(.legacy(["version": .string(asked)]))
            #expect(try await running.enqueueLegacy(.legacy(["version": .string(version)])) == hash)
            #expect(try await running.claimedJob().request.version.text == version)
        }

        @Test func packages_kernelAndLibcAreDropped() async throws {
            let running = try await RunningServer.current()
            let packages: JSONValue = ["kernel", "vim", "libc", "-tmux", "libgcc", "-nothing"]
            _ = try await running.enqueueLegacy(.legacy(["packages": packages]))
            let job = try await running.claimedJob()
            #expect(Set(job.request.packages.map(\.description)) == ["vim", "-tmux", "-nothing"])
        }

        @Test func optionalFields_areTaken() async throws {
            let running = try await RunningServer.current()
            let body = JSONValue.legacy([
                "target": "ath79/generic", "distro": "openwrt", "diff_packages": true, "current_version": "19.07.1",
                "unknown": [1, 2],
            ])
            let agent = [(name: "User-Agent", value: "auc (0.1.9)")]
            #expect(try await running.postLegacy(body, headers: agent).status == 202)
            let job = try await running.claimedJob()
            #expect(job.request.diffPackages)
            #expect(job.request.client == "auc/0.1.9")
        }

        @Test func packages_absentOrNull_areNone() async throws {
            let running = try await RunningServer.current()
            let hash = try await running.enqueueLegacy(.legacy(["packages": []]))
            #expect(try await running.enqueueLegacy(.legacy(["packages": nil])) == hash)
            let bare: JSONValue = ["version": .string(SampleCatalog.release), "profile": "8dev_carambola2"]
            #expect(try await running.enqueueLegacy(bare) == hash)
        }

        @Test func packages_unknown_are422WithHeader() async throws {
            let running = try await RunningServer.current()
            let reply = try await running.postLegacy(.legacy(["packages": ["foo", "vim", "bar+", "-x"]]))
            reply.expectRefusal(422, "bad_packages", message: "Unsupported package(s): foo, bar+")
            #expect(reply.headers["x-unknown-package"] == "foo, bar+")
            let many = (0..<900).map { JSONValue.string("package-nobody-knows-\($0)") }
            let listed = try await running.postLegacy(.legacy(["packages": .array(many)])).headers["x-unknown-package"]
            #expect(try #require(listed).utf8.count <= 2048)
            // No name is cut in two.
            #expect(try #require(listed).split(separator: ", ").allSatisfy { many.contains(.string(String($0))) })
        }

        @Test(
            arguments: [
                "vim", 7, true, ["vim": "1"], ["vim", 7], [["vim"]], ["vim tmux"], ["../x"], ["a\r\nX-Evil: 1"],
            ] as [JSONValue]
        )
        func packages_noListOfNames_are422(_ packages: JSONValue) async throws {
            let running = try await RunningServer.current()
            let reply = try await running.postLegacy(.legacy(["packages": packages]))
            reply.expectRefusal(422, "bad_packages")
            #expect(reply.headers["x-evil"] == nil)
        }

        @Test(
            arguments: [
                (["version": nil], "bad_request", "Missing version"),
                (["version": ""], "bad_request", "Missing version"),
                (["profile": nil], "bad_request", "Missing profile"),
                (["profile": ""], "bad_request", "Missing profile"),
                (["distro": "lede"], "bad_distro", "Unsupported distro: 'lede'"),
                (["version": "19.07.2"], "bad_version", "Unsupported branch: 19.07.2"),
                (["version": "24.10.9"], "bad_version", "Unsupported version: 24.10.9"),
                (["version": "../x"], "bad_version", "Unsupported version: '../x'"),
                (["version": "../snapshot"], "bad_version", "Unsupported version: '../snapshot'"),
                (["profile": "../x"], "bad_profile", "Unsupported profile: '../x'"),
                (["target": "ath79"], "bad_request", "Unsupported target: 'ath79'"),
                (["target": "../.."], "bad_request", "Unsupported target: '../..'"),
                (["version": 7], "bad_request", nil), (["target": ["a"]], "bad_request", nil),
                (["diff_packages": "yes"], "bad_request", nil), (["target": "ath79/nand"], "bad_request", nil),
                (["target": "x86/64", "profile": "x y"], "bad_profile", nil),
            ] as [([String: JSONValue], String, String?)]
        )
        func field_bad_is400(_ changes: [String: JSONValue], word: String, message: String?) async throws {
            let running = try await RunningServer.current()
            try await running.postLegacy(.legacy(changes)).expectRefusal(400, word, message: message)
        }

        @Test(arguments: ["", "null", "[]", "7", "{", "version=24.10.2", "\u{FEFF}", "{}{}"])
        func body_notAnObject_is400(_ text: String) async throws {
            let running = try await RunningServer.current()
            try await running.send("/api/build", .post, body: text).expectRefusal(400, "bad_request")
        }

        /// A hostile body costs no more than its length.
        @Test func packages_half_aMillion_areRefusedSoon() async throws {
            let running = try await RunningServer.current()
            for item in ["\"a\"", "7", "null", "[]"] {
                let list = Array(repeating: item, count: 2_000_000 / (item.utf8.count + 1)).joined(separator: ",")
                let text = #"{"version":"24.10.2","profile":"8dev_carambola2","packages":[\#(list)]}"#
                let clock = ContinuousClock()
                let start = clock.now
                try await running.send("/api/build", .post, body: text).expectRefusal(422, "bad_packages")
                #expect(clock.now - start < .seconds(5))
            }
        }
    }
}
