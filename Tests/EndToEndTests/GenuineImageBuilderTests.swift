import ASUCore
import ASUTestSupport
import Foundation
import Testing

/// The whole system with a genuine ImageBuilder: `ASU_REAL_IMAGEBUILDER` names the folder of an unpacked one.
///
extension EndToEnd {
    /// Its tree is packed and signed as an upstream; packages that it doesn't hold are replaced by small stand-ins.
    @Suite(
        .enabled(
            if: ProcessInfo.processInfo.environment["ASU_REAL_IMAGEBUILDER"] != nil,
            "ASU_REAL_IMAGEBUILDER names no unpacked ImageBuilder"
        )
    )
    struct GenuineImageBuilderTests {
        private static let fixture = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Fixtures/GenuineUpstream/make-genuine-upstream").path

        /// Built if the tree has them; else its first three.
        private static let wellKnown = ["tplink_archer-c7-v2", "8dev_carambola2", "ubnt_unifiac-lite", "generic"]

        private struct Upstream {
            let sample: SampleUpstream
            let version: String
            let target: String
            let profiles: [String]
        }

        @Test func build_genuineTree_imagesHoldThePackage() async throws {
            let folder = try TemporaryDirectory("asu-genuine")
            let content = UUID().uuidString
            let upstream = try await pack(content, in: folder)
            let branch = Version(upstream.version)?.branchName ?? ""
            try await ASUSystem.run(upstream.sample, settings: ["BRANCHES": branch, "WORKSPACE_SIZE_MB": "4096"]) {
                system,
                server in
                try await system.withWorker { _ in
                    for profile in upstream.profiles {
                        try await build(profile, content, upstream, system, server)
                    }
                }
            }
        }

        private func build(
            _ profile: String,
            _ content: String,
            _ upstream: Upstream,
            _ system: ASUSystem,
            _ server: ASUSystem.Server
        ) async throws {
            let start = ContinuousClock.now
            let result = try await system.build(
                server,
                [
                    "version": .string(upstream.version), "target": .string(upstream.target),
                    "profile": .string(profile), "packages": ["asu-test"],
                ],
                within: .seconds(600)
            )
            let log = result["stderr"]?.string ?? ""
            #expect(result.status == 200, "\(profile): \(result.detail) \(log.suffix(2000))")
            guard result.status == 200 else { return }
            #expect(result["manifest"]?.object?["asu-test"] != nil)
            let images = result["images"]?.array?.compactMap(\.object) ?? []
            for image in images {
                let name = try #require(image["name"]?.string)
                let file = try await system.download(server, result, name, sha256: image["sha256"]?.string)
                guard image["filesystem"] == "squashfs", image["type"] == "sysupgrade" else { continue }
                let root = try await unsquash(file, in: system.folder)
                #expect(root.text("usr/share/asu-test") == content, "\(profile)")
            }
            print(
                "genuine \(upstream.version) \(upstream.target) \(profile): \(images.count) images, \(ContinuousClock.now - start)"
            )
        }

        /// The squashfs lies behind the kernel, wherever that ends.
        private func unsquash(_ file: String, in folder: TemporaryDirectory) async throws -> FirmwareImage {
            let bytes = try Data(TemporaryDirectory.contents(of: file))
            var from = bytes.startIndex
            while let magic = bytes.range(of: Data("hsqs".utf8), in: from..<bytes.endIndex) {
                if let image = try? await FirmwareImage.unsquash(file, offset: magic.lowerBound, in: folder) {
                    return image
                }
                from = magic.upperBound
            }
            throw TestSupportError("no squashfs in \(file)")
        }

        private func pack(_ content: String, in folder: TemporaryDirectory) async throws -> Upstream {
            let tree = try #require(ProcessInfo.processInfo.environment["ASU_REAL_IMAGEBUILDER"])
            let root = folder.file("upstream")
            let key = folder.file("key.pub")
            let log = folder.file("pack.log")
            let child = try ChildProcess(
                "/usr/bin/env",
                [
                    "python3", Self.fixture, "--tree", tree, "--out", root, "--key-out", key, "--package",
                    "asu-test=usr/share/asu-test:\(content)",
                ],
                environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"],
                output: log,
                errors: log
            )
            guard try await child.wait(for: .seconds(600)) == .exited(0) else {
                throw TestSupportError(
                    "make-genuine-upstream: \(try String(contentsOfFile: log, encoding: .utf8).suffix(3000))"
                )
            }
            let versions = try VersionsIndex(json: TemporaryDirectory.contents(of: root + "/.versions.json"), url: root)
            let version = versions.versions.first ?? Version("SNAPSHOT")
            let layout = UpstreamLayout(try #require(version))
            let targets = try TargetsIndex(
                json: TemporaryDirectory.contents(of: "\(root)/\(layout.targetsPath)"),
                url: root
            )
            let target = try #require(targets.architectures.keys.first)
            let index = try ProfilesIndex(
                json: TemporaryDirectory.contents(of: "\(root)/\(layout.profilesPath(target))"),
                url: root
            )
            let known = Self.wellKnown.filter { name in index.profiles.keys.contains { $0.text == name } }
            return Upstream(
                sample: SampleUpstream(root: root, keyFile: key, expectationsFile: ""),
                version: layout.version.text,
                target: target.description,
                profiles: known.isEmpty ? index.profiles.keys.sorted().prefix(3).map(\.text) : known
            )
        }
    }
}
