import ASUCore
import ASUTestSupport
import Foundation
import Testing

extension EndToEnd {
    /// A request becomes an image: through server, queue, worker, sandbox and store, against the sample upstream.
    @Suite struct MainJobTests {
        /// One build of each generation, the way its clients ask for it.
        struct Case: Sendable, CustomTestStringConvertible {
            let version: String
            let target: String
            let profile: String
            let expectedID: String
            let architecture: String
            var testDescription: String { "\(version) \(target) \(profile)" }
        }

        static let cases = [
            Case(
                version: "23.05.5",
                target: "ath79/generic",
                profile: "tplink,archer-c7-v2",
                expectedID: "tplink_archer-c7-v2",
                architecture: "mips_24kc"
            ),
            // An alias that two profiles share means the first of them.
            Case(
                version: "25.12.0",
                target: "ath79/generic",
                profile: "archer-c7",
                expectedID: "tplink_archer-c7-v1",
                architecture: "mips_24kc"
            ),
            Case(
                version: "SNAPSHOT",
                target: "ramips/mt7621",
                profile: "ruijie_rg-ew1200g-pro-v1.1",
                expectedID: "ruijie_rg-ew1200g-pro-v1.1",
                architecture: "mipsel_24kc"
            ),
            Case(
                version: "19.07.10",
                target: "ath79/generic",
                profile: "wd_mynet-n600",
                expectedID: "wd_mynet-n600",
                architecture: "mips_24kc"
            ),
        ]

        @Test func build_everyGeneration_imageHoldsThePackages() async throws {
            let upstream = try await SharedUpstream.shared.get()
            try await ASUSystem.run(upstream) { system, server in
                try await system.withWorker { _ in
                    for one in Self.cases {
                        try await check(one, upstream, system, server)
                    }
                }
            }
        }

        private func check(
            _ one: Case,
            _ upstream: SampleUpstream,
            _ system: ASUSystem,
            _ server: ASUSystem.Server
        ) async throws {
            let result = try await system.build(
                server,
                [
                    "version": .string(one.version), "target": .string(one.target), "profile": .string(one.profile),
                    "packages": ["sample-app"], "diff_packages": false,
                ]
            )
            #expect(result.status == 200, "\(one.testDescription): \(result.detail) \(result["stderr"]?.string ?? "")")
            guard result.status == 200 else { return }
            #expect(result["id"]?.string == one.expectedID)
            #expect(result["version_number"]?.string == one.version)
            #expect(result["target"]?.string == one.target)
            #expect(result["detail"]?.string == "done")
            #expect(result["imagebuilder_status"]?.string == "done")
            #expect(result["request"]?.object?["diff_packages"] == .bool(false))
            #expect(result["titles"]?.array?.isEmpty == false)
            #expect(result["build_at"]?.string?.hasSuffix("Z") == true)
            #expect(result["build_cmd"]?.array?.first == "make")
            #expect(result["stdout"]?.string?.isEmpty == false)
            // The library's name without its ABI suffix.
            #expect(result["manifest"]?.object?["libsample"] != nil, "\(one.testDescription)")
            #expect(result["manifest"]?.object?["sample-app"] != nil)

            let images = result["images"]?.array?.compactMap(\.object) ?? []
            let image = try #require(images.first { $0["type"] == "sysupgrade" }, "\(one.testDescription)")
            #expect(image["filesystem"] == "squashfs")
            let name = try #require(image["name"]?.string)
            let file = try await system.download(server, result, name, sha256: image["sha256"]?.string)
            let root = try await FirmwareImage.unsquash(file, offset: FirmwareImage.sysupgradeOffset, in: system.folder)
            let files = try upstream.files(of: "sample-app", version: one.version, architecture: one.architecture)
            #expect(!files.isEmpty)
            for (path, hash) in files { #expect(root.sha256(path) == hash, "\(one.testDescription): \(path)") }

            let log = try await system.download(server, result, "buildlog.txt")
            #expect(try String(contentsOfFile: log, encoding: .utf8).contains("make image"))
        }

        /// 19.07's x86 writes no profiles.json; the result is made from upstream's data and the files found.
        @Test func build_withoutProfilesFile_listsTheImages() async throws {
            let upstream = try await SharedUpstream.shared.get()
            try await ASUSystem.run(upstream) { system, server in
                try await system.withWorker { _ in
                    let result = try await system.build(
                        server,
                        [
                            "version": "19.07.10", "target": "x86/64", "profile": "some-board",
                            "packages": ["sample-app"],
                        ]
                    )
                    #expect(result.status == 200, "\(result.detail)")
                    #expect(result["id"] == "generic")
                    let images = result["images"]?.array?.compactMap(\.object) ?? []
                    let combined = try #require(
                        images.first { $0["type"] == "combined" && $0["filesystem"] == "squashfs" }
                    )
                    let name = try #require(combined["name"]?.string)
                    let file = try await system.download(server, result, name, sha256: combined["sha256"]?.string)
                    let root = try await FirmwareImage.unsquash(
                        FirmwareImage.gunzip(file),
                        offset: FirmwareImage.combinedOffset,
                        in: system.folder
                    )
                    for (path, hash) in try upstream.files(
                        of: "sample-app",
                        version: "19.07.10",
                        architecture: "x86_64"
                    ) {
                        #expect(root.sha256(path) == hash, "\(path)")
                    }
                }
            }
        }

        @Test func build_options_reachTheImage() async throws {
            let upstream = try await SharedUpstream.shared.get()
            let script = "uci set system.@system[0].hostname='\(UUID().uuidString)' # $(touch /tmp/no) `no` \\ \" '\n"
            try await ASUSystem.run(upstream, settings: ["ALLOW_DEFAULTS": "true"]) { system, server in
                try await system.withWorker(settings: ["ALLOW_DEFAULTS": "true"]) { _ in
                    let result = try await system.build(
                        server,
                        [
                            "version": "23.05.5", "target": "x86/64", "profile": "generic", "filesystem": "squashfs",
                            "packages": ["base-files", "busybox", "sample-app"], "diff_packages": true,
                            "defaults": .string(script), "rootfs_size_mb": 32,
                        ]
                    )
                    #expect(result.status == 200, "\(result.detail)")
                    let images = result["images"]?.array?.compactMap(\.object) ?? []
                    #expect(!images.isEmpty)
                    #expect(images.allSatisfy { $0["filesystem"] == "squashfs" })
                    // Absolute list: what it doesn't name is gone.
                    #expect(result["manifest"]?.object?["sample-app"] != nil)
                    #expect(result["manifest"]?.object?["dnsmasq"] == nil)
                    let command = result["build_cmd"]?.array?.compactMap(\.string) ?? []
                    #expect(command.contains("ROOTFS_PARTSIZE=32"))
                    #expect(command.contains { $0.hasPrefix("PACKAGES=-") && $0.contains("-dnsmasq ") })
                    let rootfs = try #require(images.first { $0["type"] == "rootfs" })
                    let name = try #require(rootfs["name"]?.string)
                    let file = try await system.download(server, result, name, sha256: rootfs["sha256"]?.string)
                    let root = try await FirmwareImage.unsquash(
                        FirmwareImage.gunzip(file),
                        offset: 0,
                        in: system.folder
                    )
                    #expect(root.text("etc/uci-defaults/99-asu-defaults") == script)
                }
            }
        }

        @Test func build_equalRequestsAtOnce_areBuiltOnce() async throws {
            let upstream = try await SharedUpstream.shared.get()
            try await ASUSystem.run(upstream) { system, server in
                let request: [String: JSONValue] = [
                    "version": "25.12.0", "target": "x86/64", "profile": "generic", "packages": ["luci"],
                ]
                let hashes = try await withThrowingTaskGroup { group in
                    for _ in 0..<20 { group.addTask { try await system.post(server, request).hash } }
                    return try await group.reduce(into: Set<String>()) { $0.insert($1) }
                }
                #expect(hashes.count == 1)
                let hash = try #require(hashes.first)
                try await system.withWorker { _ in
                    try await system.withWorker { _ in
                        let result = try await system.wait(server, hash)
                        #expect(result.status == 200, "\(result.detail)")
                        let folder = system.folder.path + "/public/store/25.12.0/x86/64/generic/" + hash
                        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 1)
                        let again = try await system.post(server, request)
                        #expect(again.status == 200)
                        #expect(again["bin_dir"] == result["bin_dir"])
                    }
                }
            }
        }

        @Test func build_packageVersions_areChecked() async throws {
            let upstream = try await SharedUpstream.shared.get()
            try await ASUSystem.run(upstream) { system, server in
                try await system.withWorker { _ in
                    var request: [String: JSONValue] = [
                        "version": "23.05.5", "target": "ath79/generic", "profile": "8dev,carambola2",
                        "packages": ["sample-app"],
                    ]
                    let plain = try await system.build(server, request)
                    let manifest = try #require(plain["manifest"]?.object)
                    let version = try #require(manifest["sample-app"]?.string)
                    request["packages_versions"] = [
                        "sample-app": .string(version), "libsample": manifest["libsample"] ?? "",
                    ]
                    let matching = try await system.build(server, request)
                    #expect(matching.status == 200, "\(matching.detail)")
                    // Newer than the catalog: enqueued, and then the build says what it got.
                    request["packages_versions"] = ["sample-app": "999.0-1"]
                    let newer = try await system.build(server, request)
                    #expect(newer.status == 500)
                    #expect(
                        newer.detail
                            == "Error: Impossible package selection: sample-app version not as requested: 999.0-1 vs. \(version)"
                    )
                    // Older than the catalog: refused at once, with the same words.
                    request["packages_versions"] = ["sample-app": "0.0.1-1"]
                    let older = try await system.post(server, request)
                    #expect(older.status == 422)
                    #expect(older.detail.contains("version not as requested: 0.0.1-1 vs. \(version)"))
                }
            }
        }
    }
}
