import ASUCore
import ASUTestSupport
import Foundation
import Testing

extension EndToEnd.Contract {
    /// The API of 2020.
    @Suite struct LegacyTests {
        @Test func versions_haveBothShapes() async throws {
            let reply = try await ContractSystem.current().send("GET /api/versions")
            #expect(reply.status == 200)
            #expect(reply.json["metadata_version"] == 1)
            let branches = reply.json["branches"]?.array?.compactMap(\.object) ?? []
            #expect(branches.map { $0["name"] } == ["snapshot", "25.12", "23.05", "19.07"])
            #expect(branches.map { $0["latest"] } == ["snapshot", "25.12.0", "23.05.5", "19.07.10"])
            for branch in branches {
                for name in ["git_branch", "path", "pubkey", "updates"] { #expect(branch[name]?.string != nil) }
                #expect(branch["enabled"] == true)
            }
            let first = try #require(reply.json["SNAPSHOT"]?.object)
            for name in ["branch", "path", "pubkey"] { #expect(first[name]?.string != nil) }
        }

        @Test func build_done_hasNoStatus() async throws {
            let contract = try ContractSystem.current()
            let get = try await contract.send("GET /api/build/\(contract.hash)")
            #expect(try await contract.post(ContractSystem.request, to: "/api/build").body == get.body)
            #expect(get.status == 200)
            #expect(get.json["status"] == nil)
            #expect(get.json["bin_dir"] == .string(contract.binDir))
            for name in ["version_number", "version_code", "version_commit", "target", "id", "request_hash"] {
                #expect(get.json[name]?.string?.isEmpty == false, "\(name)")
            }
        }

        @Test(arguments: ["snapshot", "SNAPSHOT", "Snapshot"])
        func build_withoutTarget_isFoundByTheProfile(_ version: String) async throws {
            let reply = try await ContractSystem.current()
                .post(["version": .string(version), "profile": "ruijie_rg-ew1200g-pro-v1.1"], to: "/api/build")
            #expect(reply.status == 202, "\(reply.text)")
            #expect(reply.json["status"] == "queued")
            #expect(reply.json["request_hash"]?.string?.isEmpty == false)
        }

        @Test(arguments: [
            (#"{"profile":"x"}"#, 400, "bad_request", "Missing version"),
            (#"{"version":"23.05.5"}"#, 400, "bad_request", "Missing profile"),
            (#"{"version":"23.05.5","profile":"x","distro":"d"}"#, 400, "bad_distro", "Unsupported distro: 'd'"),
            (#"{"version":"1.2.3","profile":"x"}"#, 400, "bad_version", "Unsupported branch: 1.2.3"),
            (#"{"version":"23.05.5","profile":"no,such"}"#, 400, "bad_profile", "Unsupported profile: no_such"),
            (#"{"version":"23.05.5","profile":"sample_twin-1"}"#, 400, "bad_profile", "Profile sample_twin-1 exists"),
            (
                #"{"version":"23.05.5","profile":"8dev,carambola2","packages":["zz","-gone","kernel","libc","aa"]}"#,
                422, "bad_packages", "Unsupported package(s): zz, aa"
            ),
        ])
        func build_refused_hasItsWord(body: String, status: Int, word: String, message: String) async throws {
            let reply = try await ContractSystem.current().send("POST /api/build", body: body)
            #expect(reply.status == status, "\(reply.text)")
            #expect(reply.json["status"] == .string(word))
            for name in ["message", "error", "detail"] {
                #expect(reply.json[name]?.string?.hasPrefix(message) == true, "\(reply.text)")
            }
            #expect(reply.headers["x-unknown-package"] == (status == 422 ? "zz, aa" : nil))
        }

        @Test func build_unknown_is404() async throws {
            let reply = try await ContractSystem.current().send("GET /api/build/\(String(repeating: "0", count: 64))")
            #expect(reply.status == 404)
            #expect(reply.json["status"] == "not_found")
        }

        /// LuCI of 2020 leaves out `/store`.
        @Test func log_withoutStore_isRedirected() async throws {
            let contract = try ContractSystem.current()
            let reply = try await contract.send("GET /\(contract.binDir)/buildlog.txt")
            #expect(reply.status == 301)
            #expect(reply.headers["location"] == "/store/\(contract.binDir)/buildlog.txt")
            #expect(try await contract.send("GET \(reply.headers["location"] ?? "")").text.contains("make image"))
            for path in [
                "/a/b/c/d/e/f/buildlog.txt", "/a/b/c/d/\(contract.hash)/%2e%2e/buildlog.txt",
                "/a%2fb/b/c/d/\(contract.hash)/f/buildlog.txt", "/a/b/c/d/\(contract.hash)/f/other.txt",
            ] {
                #expect(try await contract.send("GET \(path)").status == 404, "\(path)")
            }
        }
    }
}
