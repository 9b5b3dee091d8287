import Foundation
import Testing

@testable import ASUCore
@testable import ASUWorker

@Suite struct ImageCollectorTests {
    private static let manifest = "base-files - 1547\nlibc - 1.2.4\nvim - 9.0\n"

    private func artifact(_ name: String, _ content: String = "image") -> ArtifactStreamReader.Artifact {
        ArtifactStreamReader.Artifact(
            name: name,
            size: Int64(content.utf8.count),
            sha256: SHA256Digest(hashing: Array(content.utf8))
        )
    }

    /// A profiles.json with these images of `board-a`: name, file system, content.
    private func profiles(_ images: [(String, String?, String)], id: String = "board-a") throws -> BuildProfiles {
        let list = images.map { name, filesystem, content in
            var fields: [String: JSONValue] = [
                "name": .string(name), "type": "sysupgrade",
                "sha256": .string(SHA256Digest(hashing: Array(content.utf8)).hex),
            ]
            fields["filesystem"] = filesystem.map(JSONValue.string)
            return JSONValue.object(fields)
        }
        let top: [String: JSONValue] = [
            "version_number": "23.05.5", "version_code": .string(SampleJob.revision), "target": "ath79/generic",
            "source_date_epoch": .integer(1_700_000_000),
            "profiles": .object([id: .object(["images": .array(list), "titles": .array([.object(["title": "A"])])])]),
        ]
        return try BuildProfiles(json: Array(JSONEncoder().encode(top)))
    }

    private func collector(
        _ artifacts: [ArtifactStreamReader.Artifact],
        _ change: (inout BuildRequestBody) -> Void = { _ in }
    ) throws -> ImageCollector {
        ImageCollector(job: try SampleJob.job(change), label: "0123456789ab", artifacts: artifacts)
    }

    private func failure(_ body: () throws -> BuiltImages) throws -> BuildFailure {
        do {
            _ = try body()
        } catch {
            return try #require(error as? BuildFailure)
        }
        throw Failure.none
    }

    private enum Failure: Error { case none }

    @Test func collect_goodBuild_tellsImagesSortedWithSizes() throws {
        let profiles = try profiles([("b.bin", "squashfs", "bb"), ("a.bin", "squashfs", "a")])
        let built = try collector([artifact("a.bin", "a"), artifact("b.bin", "bb"), artifact("sha256sums")])
            .collect(profiles, manifest: BuildManifest(lines: Self.manifest))
        #expect(built.images.map(\.name) == ["a.bin", "b.bin"])
        #expect(built.fields["images"]?.array?.compactMap { $0.object?["size"] } == [.integer(1), .integer(2)])
        #expect(built.fields["version_code"]?.string == SampleJob.revision)
        #expect(built.fields["titles"]?.array?.count == 1)
        #expect(built.manifest == ["base-files": "1547", "libc": "1.2.4", "vim": "9.0"])
    }

    @Test func collect_otherProfile_isAnInfrastructureFailure() throws {
        let failure = try failure {
            try collector([artifact("a.bin")])
                .collect(
                    profiles([("a.bin", nil, "image")], id: "board-b"),
                    manifest: BuildManifest(lines: Self.manifest)
                )
        }
        #expect(failure == .infrastructure(message: "Profile not found in JSON file: board-a"))
    }

    @Test func collect_missingFile_isNamed() throws {
        let failure = try failure {
            try collector([]).collect(
                profiles([("a.bin", nil, "image")]),
                manifest: BuildManifest(lines: Self.manifest)
            )
        }
        #expect(failure == .infrastructure(message: "Image not found: a.bin"))
    }

    @Test func collect_otherContent_isRefused() throws {
        let failure = try failure {
            try collector([artifact("a.bin", "other")])
                .collect(profiles([("a.bin", nil, "image")]), manifest: BuildManifest(lines: Self.manifest))
        }
        #expect(failure.message.hasPrefix("Image a.bin has SHA-256 "))
        #expect(failure.isWorthRetrying)
    }

    @Test func collect_noImages_isRefused() throws {
        let failure = try failure {
            try collector([]).collect(profiles([]), manifest: BuildManifest(lines: Self.manifest))
        }
        #expect(failure.message == "Image not found: none was built")
    }

    @Test func collect_filesystem_leavesOthersOut() throws {
        let list: [(String, String?, String)] = [
            ("a-squashfs.bin", "squashfs", "s"), ("a-ext4.bin", "ext4", "e"), ("a-kernel.bin", nil, "k"),
        ]
        let artifacts = list.map { artifact($0.0, $0.2) }
        let built = try collector(artifacts) { $0.filesystem = "ext4" }
            .collect(profiles(list), manifest: BuildManifest(lines: Self.manifest))
        #expect(built.images.map(\.name) == ["a-ext4.bin", "a-kernel.bin"])
        #expect(built.fields["images"]?.array?.count == 2)
    }

    @Test func collect_filesystemNotBuilt_isTheRequestsFault() throws {
        let failure = try failure {
            try collector([artifact("a.bin"), artifact("k.bin")]) { $0.filesystem = "ext4" }
                .collect(
                    profiles([("a.bin", "squashfs", "image"), ("k.bin", nil, "image")]),
                    manifest: BuildManifest(lines: Self.manifest)
                )
        }
        #expect(failure.message == "Unsupported filesystem: ext4. This profile is built with: squashfs")
        #expect(!failure.isWorthRetrying)
    }

    @Test(arguments: [
        ("nano", "1", "Impossible package selection: nano not in manifest"),
        ("vim", "9.1", "Impossible package selection: vim version not as requested: 9.1 vs. 9.0"),
    ])
    func collect_versionNotInstalled_isTheRequestsFault(name: String, version: String, message: String) throws {
        let failure = try failure {
            try collector([artifact("a.bin")]) { $0.packagesVersions = [name: version] }
                .collect(profiles([("a.bin", nil, "image")]), manifest: BuildManifest(lines: Self.manifest))
        }
        #expect(failure.message == message)
        #expect(failure == .user(.init(.missingPackages, message, packages: [name])))
    }

    @Test func collect_versionsInstalled_passes() throws {
        let built = try collector([artifact("a.bin")]) { $0.packagesVersions = ["vim": "9.0"] }
            .collect(profiles([("a.bin", nil, "image")]), manifest: BuildManifest(lines: Self.manifest))
        #expect(built.images.count == 1)
    }

    @Test func withoutProfiles_1907Names_areUnderstood() throws {
        let upstream = try profiles([("openwrt-19.07.10-x86-64-vmlinuz", nil, "old")])
        let artifacts = [
            artifact("openwrt-19.07.10-0123456789ab-x86-64-combined-ext4.img.gz", "1"),
            artifact("openwrt-19.07.10-0123456789ab-x86-64-combined-squashfs.img", "2"),
            artifact("openwrt-19.07.10-0123456789ab-x86-64-combined-efi-ext4.img.gz", "3"),
            artifact("openwrt-19.07.10-0123456789ab-x86-64-rootfs-ext4.img.gz", "4"),
            artifact("openwrt-19.07.10-0123456789ab-x86-64-vmlinuz", "5"),
            artifact("openwrt-19.07.10-0123456789ab-x86-64.manifest", "6"), artifact("sha256sums", "7"),
        ]
        let built = try collector(artifacts)
            .collect(withoutProfiles: upstream, manifest: BuildManifest(lines: Self.manifest))
        let kinds = built.images.map { "\($0.type) \($0.filesystem ?? "-")" }
        #expect(
            kinds.sorted() == [
                "combined ext4", "combined squashfs", "combined-efi ext4", "rootfs ext4", "sysupgrade -",
            ]
        )
        #expect(built.images.allSatisfy { $0.sha256.count == 64 })
    }

    @Test func withoutProfiles_noImagesOrUnknownProfile_isNoJSONFile() throws {
        let manifest = try BuildManifest(lines: Self.manifest)
        let known = try profiles([("a.bin", nil, "old")])
        let other = try profiles([("a.bin", nil, "old")], id: "board-b")
        for (files, upstream) in [([], known), ([artifact("a.bin")], other)] {
            let failure = try failure { try collector(files).collect(withoutProfiles: upstream, manifest: manifest) }
            #expect(failure == .infrastructure(message: "No JSON file found"))
        }
    }

    /// The version of a package that the server replaced is not looked for.
    @Test func collect_versionsOfTheJob_areCheckedNotThoseOfTheRequest() throws {
        let asked = try SampleJob.job { $0.packagesVersions = ["auc": "0.3.2-1", "vim": "9.0"] }
        let vim = try #require(PackageName("vim"))
        let job = BuildJob(
            request: asked.request,
            profile: asked.profile,
            architecture: asked.architecture,
            revision: asked.revision,
            packages: PackageList(
                selections: [PackageSelection(name: vim)],
                versions: [vim: try #require(PackageVersion("9.0"))]
            )
        )
        let collector = ImageCollector(job: job, label: "0123456789ab", artifacts: [artifact("a.bin", "a")])
        let built = try collector.collect(
            profiles([("a.bin", "squashfs", "a")]),
            manifest: BuildManifest(lines: Self.manifest)
        )
        #expect(built.images.count == 1)
    }
}
