import ASUCore
import ASUTestSupport
import Foundation
import Testing

/// The folder of real metadata beside the package.
private let realData = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
    .appendingPathComponent("../../../shared/data").standardizedFileURL.path

extension EndToEnd {
    /// A server on a catalog of OpenWrt's own metadata, most of whose listed versions aren't there.
    @Suite(.enabled(if: FileManager.default.fileExists(atPath: realData + "/upstream"))) struct RealMetadataTests {
        /// All that are there but 19.07.1, which has packages and no profiles.json: nothing of it can be built.
        private static let releases = [
            "19.07.10", "23.05.4", "23.05.5", "24.10.4", "25.12.0", "25.12.0-rc2",
        ]

        @Test func serve_everyReleaseThatIsThere_answersItsDocuments() async throws {
            let keys = try FileManager.default.contentsOfDirectory(atPath: realData + "/keys/usign").sorted()
            let upstream = SampleUpstream(
                root: realData + "/upstream",
                keyFile: keys.map { realData + "/keys/usign/" + $0 }.joined(separator: ","),
                expectationsFile: ""
            )
            let branches = "25.12,24.10,23.05,22.03,21.02,19.07,SNAPSHOT"
            try await ASUSystem.run(upstream, settings: ["BRANCHES": branches], listsFolders: true) { system, server in
                // init loaded the newest of each branch; update goes on with the rest.
                let newest = try await get("overview.json", system, server)["branches"]?.object ?? [:]
                #expect(newest["24.10"]?.object?["versions"] == ["24.10.4"])
                #expect(newest["25.12"]?.object?["versions"] == ["25.12.0"])
                let (child, log) = try system.start("asu-janitor", ["update"])
                let ending = try await child.wait(for: .seconds(120))
                let output = try String(contentsOfFile: log, encoding: .utf8)
                #expect(ending == .exited(0), "\(output)")
                let end = ContinuousClock.now + .seconds(15)
                var loaded: [String] = []
                while loaded.count < Self.releases.count, ContinuousClock.now < end {
                    let branches = try await get("overview.json", system, server)["branches"]?.object ?? [:]
                    loaded = branches.values.flatMap { $0.object?["versions"]?.array ?? [] }.compactMap(\.string)
                        .sorted()
                    try await Task.sleep(for: .milliseconds(100))
                }
                #expect(loaded == Self.releases.sorted())
                for release in Self.releases { try await check(release, system, server) }
            }
        }

        /// Every target's first profile, and every index whose packages are there.
        private func check(_ release: String, _ system: ASUSystem, _ server: ASUSystem.Server) async throws {
            let folder = "\(realData)/upstream/releases/\(release)"
            var profiles = 0
            for file in try files(below: folder + "/targets", named: "profiles.json") {
                let target = file.dropLast("/profiles.json".count)
                let bytes = try TemporaryDirectory.contents(of: "\(folder)/targets/\(file)")
                let index = try ProfilesIndex(json: bytes, url: file)
                let profile = try #require(index.profiles.keys.min())
                let path = "releases/\(release)/targets/\(target)"
                let document = try await get("\(path)/\(profile).json", system, server)
                #expect(document["id"]?.string == profile.text, "\(path)")
                #expect(document["target"]?.string == String(target), "\(path)")
                #expect(document["images"]?.array?.isEmpty == false || release.hasPrefix("19.07"), "\(path)")
                profiles += 1
                guard FileManager.default.fileExists(atPath: "\(folder)/targets/\(target)/packages") else { continue }
                let packages = try await get("\(path)/index.json", system, server)
                #expect(packages["architecture"]?.string == index.architecture, "\(path)")
                #expect((packages["packages"]?.object?.count ?? 0) > 50, "\(path)")
            }
            #expect(profiles > 0)
            let architectures = (try? FileManager.default.contentsOfDirectory(atPath: folder + "/packages")) ?? []
            for architecture in architectures {
                let feeds = try await get("releases/\(release)/packages/\(architecture)-index.json", system, server)
                #expect(feeds.count > 8000, "\(release) \(architecture)")
            }
        }

        private func get(
            _ path: String,
            _ system: ASUSystem,
            _ server: ASUSystem.Server
        ) async throws -> [String: JSONValue] {
            let reply = try await system.client.fetch(HTTPFetch("\(server.url)/json/v1/\(path)"))
            guard reply.status == 200 else { throw TestSupportError("\(path): \(reply.status) \(reply.text)") }
            return try JSONDecoder().decode([String: JSONValue].self, from: Data(reply.body))
        }

        private func files(below folder: String, named name: String) throws -> [String] {
            guard FileManager.default.fileExists(atPath: folder) else { return [] }
            return try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.hasSuffix("/" + name) }
                .sorted()
        }
    }
}
