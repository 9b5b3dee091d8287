import ASUCore
import ASUTestSupport
import Foundation
import Testing

extension EndToEnd.Contract {
    /// What is refused before the queue, in the words that users search for.
    @Suite struct RefusalTests {
        struct Case: Sendable {
            let fields: [String: JSONValue]
            let detail: String
            var status = 400
        }

        static let perhaps = "It may have been dropped, is still being built upstream, or isn't part of this version."
        static let cases = [
            Case(fields: ["defaults": "echo"], detail: "Handling `defaults` not enabled on server"),
            Case(
                fields: ["repositories": ["x": "https://a.example/x"]],
                detail: "Repository not allowed: https://a.example/x"
            ),
            Case(
                fields: ["distro": "debian"],
                detail: "Invalid request: distro: Unsupported distro: 'debian'. Only 'openwrt' is served"
            ),
            Case(fields: ["version": "21.02.1"], detail: "Unsupported branch: 21.02.1"),
            Case(fields: ["version": "23.05.99"], detail: "Unsupported version: 23.05.99"),
            Case(fields: ["target": "no/such"], detail: "Unsupported target: no/such. \(perhaps)"),
            Case(fields: ["profile": "no,such"], detail: "Unsupported profile: no_such. \(perhaps)"),
            Case(
                fields: ["rootfs_size_mb": 0],
                detail: "Invalid request: rootfs_size_mb: Input should be greater than or equal to 1"
            ),
            Case(
                fields: ["rootfs_size_mb": 99_999],
                detail: "Invalid request: rootfs_size_mb: Input should be less than or equal to 1024"
            ),
            Case(
                fields: ["packages": ["no-such", "sample-app", "nor-this", "-gone"]],
                detail: "Unsupported package(s): no-such, nor-this",
                status: 422
            ),
        ]

        @Test(arguments: cases.indices) func post_refused_saysWhy(_ index: Int) async throws {
            let one = Self.cases[index]
            try await ContractSystem.current().post(with: one.fields).expectError(one.status, one.detail)
        }

        @Test func unknownPackages_areInTheHeaderWithSuggestions() async throws {
            let reply = try await ContractSystem.current().post(with: ["packages": ["sample-ap", "zzz", "-gone"]])
            reply.expectError(422, "Unsupported package(s): sample-ap, zzz")
            #expect(reply.headers["x-unknown-package"] == "sample-ap, zzz")
            let known = reply.json["suggestions"]?.object?["sample-ap"]?.array
            #expect(known?.contains("sample-app") == true, "\(reply.text)")
        }

        @Test func olderThanTheCatalog_isRefusedAtOnce_newerIsEnqueued() async throws {
            let contract = try ContractSystem.current()
            let revision = try #require(contract.done["version_code"]?.string)
            let version = try #require(contract.done["manifest"]?.object?["sample-app"]?.string)
            try await contract.post(with: ["version_code": "r1-0000000000"])
                .expectError(400, "Received incorrect version \(revision) (requested r1-0000000000)")
            let outdated = try await contract.post(with: ["packages_versions": ["sample-app": "0~1"]])
            outdated.expectError(
                422,
                "Impossible package selection: sample-app version not as requested: 0~1 vs. \(version)"
            )
            for fields: [String: JSONValue] in [
                ["version_code": "r9999999-0000000000"], ["packages_versions": ["sample-app": "99999"]],
            ] {
                #expect(try await contract.post(with: fields).status == 202)
            }
            // And the janitor was called.
            let wake = try await JanitorWake(redis: contract.redis).wait(atMost: .seconds(10))
            #expect(wake == "23.05.5 ath79/generic: r9999999-0000000000 is newer than \(revision)")
        }

        /// apk's index doesn't say what packages provide; a virtual name and one with its ABI are known otherwise.
        @Test(arguments: [
            ("25.12.0", "no-such-package"), ("23.05.5", "sample-virtual"), ("23.05.5", "libsample20"),
            ("23.05.5", "libsample"), ("23.05.5", "libc"), ("23.05.5", "-no-such"),
        ])
        func name_thatMayExist_isLeftToTheBuild(version: String, name: String) async throws {
            let reply = try await ContractSystem.current()
                .post(with: ["version": .string(version), "packages": [.string(name)]])
            #expect(reply.status == 202, "\(reply.text)")
        }
    }
}
