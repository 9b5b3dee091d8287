import ASUCore
import ASUTestSupport
import Foundation
import Testing

extension EndToEnd.Contract {
    /// The JSON tree, the files and the small endpoints.
    @Suite struct TreeTests {
        @Test(arguments: [
            ("/api/overview", "/json/v1/overview.json"), ("/overview", "/json/v1/overview.json"),
            ("/api/v1/overview", "/json/v1/overview.json"), ("/api/latest", "/json/v1/latest.json"),
            ("/api/v1/latest", "/json/v1/latest.json"),
        ])
        func oldName_isRedirected(path: String, location: String) async throws {
            let contract = try ContractSystem.current()
            let reply = try await contract.send("GET \(path)")
            // uclient follows 301, 302 and 307 only.
            #expect([301, 302].contains(reply.status))
            #expect(reply.headers["location"] == location)
            #expect(try await contract.send("GET \(location)").status == 200)
        }

        @Test func oldTree_isTodays() async throws {
            let contract = try ContractSystem.current()
            let index = "releases/23.05.5/targets/ath79/generic/index.json"
            for path in ["latest.json", "branches.json", "overview.json", index] {
                let old = try await contract.send("GET /json/\(path)")
                #expect(old.status == 200, "\(path)")
                #expect(try await contract.send("GET /json/v1/\(path)").body == old.body, "\(path)")
            }
            let branches = try await contract.send("GET /json/v1/branches.json")
            #expect(try await contract.send("GET /api/branches").body == branches.body)
            #expect(branches.text.hasPrefix("["))
        }

        @Test func overview_hasWhatClientsRead() async throws {
            let contract = try ContractSystem.current()
            let reply = try await contract.send("GET /json/v1/overview.json")
            #expect(reply.json["latest"] == ["25.12.0", "23.05.5"])
            #expect(reply.json["upstream_url"] == .string(contract.system.nginx.url))
            let server = try #require(reply.json["server"]?.object)
            #expect(server["max_custom_rootfs_size_mb"] == 1024)
            #expect(server["max_defaults_length"] == 20_480)
            #expect(server["allow_defaults"] == false)
            let branches = try #require(reply.json["branches"]?.object)
            #expect(branches.keys.sorted() == ["19.07", "23.05", "25.12", "SNAPSHOT"])
            let branch = try #require(branches["23.05"]?.object)
            #expect(branch["enabled"] == true)
            #expect(branch["snapshot"] == false)
            #expect(branch["path"] == "releases/{version}")
            #expect(branches["SNAPSHOT"]?.object?["path"] == "snapshots")
            #expect(branch["versions"] == ["23.05.5"])
            #expect(branch["targets"]?.object?["ath79/generic"] == "mips_24kc")
            #expect(branch["branch_off_rev"] != nil)
            #expect(branch["package_changes"]?.array?.isEmpty == false)
            for name in ["name", "path_packages", "git_branch", "pubkey", "updates"] {
                #expect(branch[name]?.string != nil, "\(name)")
            }
            #expect(branch["repos"] != nil)
        }

        @Test func latest_isAList() async throws {
            #expect(
                try await ContractSystem.current().send("GET /json/v1/latest.json").json == [
                    "latest": ["25.12.0", "23.05.5"]
                ]
            )
        }

        @Test(arguments: [
            "overview.json", "branches.json", "latest.json", "releases/23.05.5/targets/ath79/generic/index.json",
            "releases/23.05.5/targets/ath79/generic/8dev_carambola2.json",
            "releases/23.05.5/packages/mips_24kc-index.json", "snapshots/targets/x86/64/generic.json",
        ])
        func document_known_isNotSentAgain(_ path: String) async throws {
            let contract = try ContractSystem.current()
            for encoding in ["identity", "gzip"] {
                let wanted = ["Accept-Encoding: \(encoding)"]
                let reply = try await contract.send("GET /json/v1/\(path)", headers: wanted)
                #expect(reply.status == 200)
                #expect(reply.headers["content-type"] == "application/json")
                #expect(reply.headers["content-length"] == "\(reply.body.count)")
                #expect(reply.headers["content-encoding"] == (encoding == "gzip" ? "gzip" : nil))
                let tag = try #require(reply.headers["etag"])
                let again = try await contract.send(
                    "GET /json/v1/\(path)",
                    headers: wanted + ["If-None-Match: \(tag)"]
                )
                #expect(again.status == 304)
                #expect(again.body.isEmpty)
            }
        }

        @Test func profile_isMergedAndUnknownIsEmpty() async throws {
            let contract = try ContractSystem.current()
            let folder = "releases/23.05.5/targets/ath79/generic"
            let reply = try await contract.send("GET /json/v1/\(folder)/8dev_carambola2.json")
            #expect(reply.json["metadata_version"] == 1)
            #expect(reply.json["arch_packages"] == "mips_24kc")
            #expect(reply.json["id"] == "8dev_carambola2")
            #expect(reply.json["target"] == "ath79/generic")
            #expect(reply.json["profiles"] == nil)
            for name in ["images", "default_packages", "device_packages", "supported_devices", "titles"] {
                #expect(reply.json[name]?.array != nil, "\(name)")
            }
            for name in ["version_number", "version_code", "image_prefix", "build_at"] {
                #expect(reply.json[name]?.string != nil, "\(name)")
            }
            // A number today; text where only auc of 2021 asks, which skips the version otherwise.
            #expect(reply.json["source_date_epoch"]?.string == nil)
            let old = try await contract.send("GET /json/\(folder)/8dev_carambola2.json")
            #expect(old.json["source_date_epoch"]?.string?.isEmpty == false)
            let none = try await contract.send("GET /json/v1/\(folder)/no_such.json")
            #expect(none.status == 200)
            #expect(none.text == "{}")
        }

        @Test func index_ofTargetAndArchitecture_nameVersions() async throws {
            let contract = try ContractSystem.current()
            let folder = "/json/v1/releases/25.12.0"
            let target = try await contract.send("GET \(folder)/targets/ath79/generic/index.json")
            #expect(target.json["architecture"] == "mips_24kc")
            let packages = try #require(target.json["packages"]?.object)
            // A kernel module, whose version owut takes the kernel's from.
            #expect(packages.contains { $0.key.hasPrefix("kmod-") && $0.value.string?.first?.isNumber == true })
            let flat = try await contract.send("GET \(folder)/packages/mips_24kc-index.json")
            #expect(flat.json["sample-app"]?.string?.isEmpty == false)
            // Without its ABI version.
            #expect(flat.json["libsample"]?.string != nil)
            for path in ["packages/no_arch-index.json", "targets/no/such/index.json", "nothing.json", "../x.json"] {
                #expect(try await contract.send("GET \(folder)/\(path)").status == 404, "\(path)")
            }
        }

        @Test func revision_knownAndUnknown() async throws {
            let contract = try ContractSystem.current()
            let reply = try await contract.send("GET /api/v1/revision/SNAPSHOT/ath79/generic")
            #expect(reply.status == 200)
            #expect(reply.json["revision"]?.string?.wholeMatch(of: /r\d+-[0-9a-f]+/) != nil, "\(reply.text)")
            try await contract.send("GET /api/v1/revision/1.2.3/ath79/generic")
                .expectError(400, "Unsupported version: 1.2.3")
            try await contract.send("GET /api/v1/revision/SNAPSHOT/no/such").expectError(404)
        }

        @Test func store_sendsFilesAndNothingElse() async throws {
            let contract = try ContractSystem.current()
            let path = "/store/\(contract.binDir)/\(contract.image)"
            let file = try await contract.send("GET \(path)")
            #expect(file.status == 200)
            #expect(file.headers["content-length"] == "\(file.body.count)")
            #expect(file.headers["transfer-encoding"] == nil)
            #expect(file.headers["content-type"] == "application/octet-stream")
            #expect(file.headers["x-content-type-options"] == "nosniff")
            #expect(file.headers["content-disposition"] == "attachment; filename=\"\(contract.image)\"")
            let hash = contract.done["images"]?.array?.first?.object?["sha256"]?.string
            #expect(SHA256Digest(hashing: file.body).hex == hash)
            let head = try await contract.send("HEAD \(path)")
            #expect(head.headers["content-length"] == file.headers["content-length"])
            let short = try await contract.send("GET /store/\(contract.hash)/\(contract.image)")
            #expect(short.status == 302)
            #expect(short.headers["location"] == path)
            for other in [
                "/store/", "/store/\(contract.binDir)", "/store/\(contract.binDir)/no.bin",
                "/store/../../etc/passwd", "/store/%2e%2e/%2e%2e/etc/passwd", "/store/..%2f..%2fetc/passwd",
                "/store/\(contract.binDir)/../\(contract.image)", "/store//etc/passwd",
            ] {
                let reply = try await contract.send("GET \(other)")
                reply.expectError(404)
            }
        }

        @Test func stats_haveTheirShapes() async throws {
            let contract = try ContractSystem.current()
            let stats = try await contract.send("GET /api/v1/stats")
            #expect(stats.json.keys.sorted() == ["queue_length"])
            let summary = try await contract.send("GET /api/v1/stats/summary")
            #expect(summary.json.keys.sorted() == ["builds_24h", "queue_length"])
            let days = try await contract.send("GET /api/v1/builds-per-day")
            #expect(days.json["labels"]?.array?.count == 30)
            let sets = days.json["datasets"]?.array?.compactMap(\.object) ?? []
            #expect(sets.map { $0["label"] } == ["Requests", "Cache-Hits", "Failures"])
            #expect(sets.map { $0["color"] } == ["green", "orange", "red"])
            #expect(sets.allSatisfy { $0["data"]?.array?.count == 30 })
            for query in ["", "?branch=23.05"] {
                let weeks = try await contract.send("GET /api/v1/builds-by-version\(query)")
                #expect(weeks.json["labels"]?.array?.count == 26)
            }
            // The finished build's request is written within a second or so.
            let top = try await contract.poll("GET /api/v1/top-packages?branch=23.05&n=100") {
                $0.json["packages"]?.array?.isEmpty == false
            }
            #expect(top.json["branch"] == "23.05")
            #expect(top.json["days"] == 30)
            #expect((top.json["packages"]?.array ?? []).contains { $0.object?["name"] == "sample-app" })
            try await contract.send("GET /api/v1/top-packages?n=101").expectError(400)
            let errors = try await contract.send("GET /api/v1/build-errors?n=500")
            #expect(errors.status == 200)
            #expect(errors.headers["content-type"]?.hasPrefix("text/plain") == true)
        }
    }
}
