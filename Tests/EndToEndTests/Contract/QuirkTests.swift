import ASUCore
import ASUTestSupport
import Foundation
import Testing

extension EndToEnd.Contract {
    /// What clients do that no specification would have them do.
    @Suite struct QuirkTests {
        @Test(arguments: [
            ("23.05.5", "ath79/generic", "tplink,archer-c7-v1"), ("23.05.5", "ath79/generic", "avm_fritz300e"),
            ("25.12.0", "ath79/generic", "archer-c7"), ("23.05.5", "x86/64", "to-be-filled-by-o.e.m."),
        ])
        func profile_withCommaAliasOrOnGeneric_isFound(version: String, target: String, profile: String) async throws {
            let reply = try await ContractSystem.current().post([
                "version": .string(version), "target": .string(target), "profile": .string(profile),
            ])
            #expect(reply.status == 202, "\(reply.text)")
        }

        @Test func post_chunkedAsUclientSendsIt_isRead() async throws {
            let contract = try ContractSystem.current()
            let body = Array(try ContractSystem.text(ContractSystem.request).utf8)
            for chunk in [1, 7, 4096] {
                let reply = try await contract.raw.postChunked("/api/v1/build", body, chunk: chunk)
                #expect(reply.status == 200, "\(reply.text)")
                #expect(reply.json["request_hash"] == .string(contract.hash))
            }
        }

        @Test(arguments: ["", "{", "[]", "null", "version=23.05.5", #"{"version": 1}"#])
        func post_emptyOrNotJSON_isAnErrorThatClientsShow(_ body: String) async throws {
            let contract = try ContractSystem.current()
            let reply = try await contract.send("POST /api/v1/build", body: body)
            reply.expectError(400)
            #expect(reply.json["errors"]?.array?.first?.object?["loc"]?.array?.first == "body")
            #expect(try await contract.send("POST /api/build", body: body).json["status"] == "bad_request")
        }

        /// A list in `detail` breaks all four clients.
        @Test func packages_aString_isToldInAString() async throws {
            let contract = try ContractSystem.current()
            let reply = try await contract.post(with: ["packages": "luci"])
            reply.expectError(400)
            let error = try #require(reply.json["errors"]?.array?.first?.object)
            #expect(error["loc"] == ["body", "packages"])
            #expect(error["msg"] == "Input should be a valid list")
            let legacy = try await contract.post(
                ["version": "23.05.5", "profile": "8dev,carambola2", "packages": "luci"],
                to: "/api/build"
            )
            #expect(legacy.status == 422)
            #expect(legacy.json["status"] == "bad_packages")
        }

        private static func paths(_ contract: ContractSystem) -> [String] {
            [
                "/api/v1/build/\(contract.hash)", "/api/build/\(contract.hash)", "/api/versions", "/api/v1/stats",
                "/api/v1/stats/summary", "/api/v1/builds-per-day", "/api/v1/builds-by-version", "/api/v1/top-packages",
                "/api/v1/build-errors", "/api/v1/revision/SNAPSHOT/ath79/generic", "/api/overview", "/overview",
                "/api/v1/overview", "/api/latest", "/api/v1/latest", "/api/branches", "/json/v1/overview.json",
                "/json/v1/branches.json", "/json/v1/latest.json", "/json/latest.json", "/json/branches.json",
                "/json/v1/releases/23.05.5/targets/ath79/generic/index.json",
                "/json/v1/releases/23.05.5/targets/ath79/generic/8dev_carambola2.json",
                "/json/v1/snapshots/packages/mips_24kc-index.json", "/store/\(contract.binDir)/\(contract.image)",
                "/store/\(contract.hash)/buildlog.txt", "/\(contract.binDir)/buildlog.txt", "/healthz", "/readyz",
                "/nowhere", "/api/v1/build/\(String(repeating: "0", count: 64))", "/store/no/such.bin",
            ]
        }

        /// A number after `?`, as LuCI appends it; doubled slashes and one at the end; HEAD in the place of GET.
        @Test func paths_withOddAddressesOrByHEAD_answerAlike() async throws {
            let contract = try ContractSystem.current()
            for path in Self.paths(contract) {
                let plain = try await contract.send("GET \(path)")
                #expect(plain.status < 500, "\(path): \(plain.text)")
                for odd in ["\(path)?123456", "/\(path)", "\(path)/", "//\(path)//?1795448944895"] {
                    let reply = try await contract.send("GET \(odd)")
                    #expect(reply.status == plain.status, "\(odd)")
                    #expect(reply.headers["location"] == plain.headers["location"], "\(odd)")
                    #expect(reply.body.count == plain.body.count, "\(odd)")
                }
                let head = try await contract.send("HEAD \(path)")
                #expect(head.status == plain.status, "\(path)")
                #expect(head.body.isEmpty, "\(path)")
                for name in ["content-type", "content-length", "etag", "location", "x-imagebuilder-status"] {
                    #expect(head.headers[name] == plain.headers[name], "\(path): \(name)")
                }
            }
        }

        @Test(arguments: ["//api/v1/build", "/api/v1/build/", "/api/v1/build?123456", "//api/build/?1"])
        func post_withOddAddress_findsItsRoute(_ path: String) async throws {
            let contract = try ContractSystem.current()
            let reply = try await contract.post(ContractSystem.request, to: path)
            #expect(reply.status == 200, "\(reply.text)")
        }

        @Test func options_everywhere_allowsBrowsers() async throws {
            let contract = try ContractSystem.current()
            let asked = [
                "Origin: https://a.example", "Access-Control-Request-Method: POST",
                "Access-Control-Request-Headers: content-type",
            ]
            for path in Self.paths(contract) + ["/api/v1/build", "//api/v1/build", "/api/build", "/"] {
                let reply = try await contract.send("OPTIONS \(path)", headers: asked)
                #expect((200..<300).contains(reply.status), "\(path)")
                #expect(reply.headers["access-control-allow-methods"] == "GET, HEAD, POST, OPTIONS", "\(path)")
                #expect(reply.headers["access-control-allow-headers"]?.contains("content-type") == true, "\(path)")
            }
        }

        @Test func defaultsAndFilesystem_empty_countAsAbsent() async throws {
            let contract = try ContractSystem.current()
            let reply = try await contract.post(with: ["defaults": "", "filesystem": "", "repositories": [:]])
            #expect(reply.status == 200, "\(reply.text)")
            #expect(reply.json["request_hash"] == .string(contract.hash))
            try await contract.post(with: ["defaults": "echo"])
                .expectError(400, "Handling `defaults` not enabled on server")
        }

        @Test func request_withoutUserAgentOrClient_isServed() async throws {
            // The client of these tests sends none.
            let contract = try ContractSystem.current()
            let reply = try await contract.post(with: ["rootfs_size_mb": 33])
            #expect(reply.status == 202, "\(reply.text)")
        }

        @Test func request_withUnknownFields_isServed() async throws {
            let contract = try ContractSystem.current()
            let reply = try await contract.post(with: ["x": ["y": 1], "client": "luci/1", "distro": "openwrt"])
            #expect(reply.status == 200, "\(reply.text)")
        }

        /// LuCI polls on for ever when it gets a 404.
        @Test func job_thatWaits_neverExpires() async throws {
            let contract = try ContractSystem.current()
            let hash = try await contract.post(with: ["rootfs_size_mb": 34]).json["request_hash"]?.string ?? ""
            #expect(try await contract.redis.send(RedisCommand("TTL", "asu:build:\(hash)")).int == -1)
        }
    }
}
