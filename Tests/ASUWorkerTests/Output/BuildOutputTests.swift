import ASUCore
import Testing

@testable import ASUWorker

@Suite struct BuildOutputTests {
    private static let info = """
        Current Target: "ath79/generic"
        Current Architecture: "mips"
        Current Revision: "r23630-842932a63d"
        Default Packages: base-files ca-bundle -wpad
        Available Profiles:

        8dev_carambola2:
            8devices Carambola2
            Packages: kmod-usb-chipidea2 -kmod-ath9k
            hasImageMetadata: 1
            SupportedDevices: 8dev,carambola2 carambola2
        plain:
            A: device
            Packages:\u{20}
            hasImageMetadata: 0

        """

    @Test func info_ofATree_isRead() throws {
        let info = try ImageBuilderInfo(text: Self.info)
        #expect(info.target == "ath79/generic")
        #expect(info.architecture == "mips")
        #expect(info.revision == "r23630-842932a63d")
        #expect(info.defaultPackages == ["base-files", "ca-bundle", "-wpad"])
        #expect(info.profiles.count == 2)
        let profile = try #require(info.profiles["8dev_carambola2"])
        #expect(profile.title == "8devices Carambola2")
        #expect(profile.packages == ["kmod-usb-chipidea2", "-kmod-ath9k"])
        #expect(profile.supportedDevices == ["8dev,carambola2", "carambola2"])
        #expect(profile.hasImageMetadata)
        #expect(info.profiles["plain"]?.packages == [])
        #expect(info.profiles["plain"]?.title == "A: device")
    }

    @Test func info_withoutArchitecture_isBorne() throws {
        let text = Self.info.split(separator: "\n").filter { !$0.contains("Architecture") }.joined(separator: "\n")
        #expect(try ImageBuilderInfo(text: text).architecture == nil)
    }

    @Test func info_withoutProfiles_throws() {
        let error = #expect(throws: BuildOutputError.self) {
            try ImageBuilderInfo(text: "Current Target: \"a/b\"\nCurrent Revision: \"r1\"\nAvailable Profiles:\n\n")
        }
        #expect(error?.code == .noProfiles)
        #expect(throws: BuildOutputError.self) { try ImageBuilderInfo(text: "") }
    }

    @Test func manifest_lines_areRead() throws {
        let manifest = try BuildManifest(lines: "libc - 1.2.4-4\nvim - 2.0-1 - 1234\nkmod-x - 5.15.137-1\n")
        #expect(manifest.versions == ["libc": "1.2.4-4", "vim": "2.0-1", "kmod-x": "5.15.137-1"])
        #expect(throws: BuildOutputError.self) { try BuildManifest(lines: "nonsense") }
        #expect(throws: BuildOutputError.self) { try BuildManifest(lines: "\n") }
    }

    @Test func manifest_apkQuery_losesABISuffixes() throws {
        let json = """
            [{"name":"libubox20230523","version":"1-r1","tags":["openwrt:abiversion=20230523"]},
             {"name":"libssl3","version":"3-r1"},{"name":"base-files","version":"1-r1","tags":["openwrt:cpe=x"]}]
            """
        let manifest = try BuildManifest(apkQuery: Array(json.utf8))
        #expect(manifest.versions == ["libubox": "1-r1", "libssl3": "3-r1", "base-files": "1-r1"])
        #expect(throws: BuildOutputError.self) { try BuildManifest(apkQuery: Array("{}".utf8)) }
    }

    @Test func profiles_ofABuild_areRead() throws {
        let json = """
            {"arch_packages":"mips_24kc","linux_kernel":{"version":"6.12"},"new_member":[1],"profiles":{"p":{"images":[
            {"filesystem":"squashfs","name":"a.bin","sha256":"00","sha256_unsigned":"11","size":5,"type":"sysupgrade"},
            {"name":"b.bin"}],"supported_devices":["v,p"],"titles":[{"model":"M"}]}},"source_date_epoch":1699969091,
            "target":"ath79/generic","version_code":"r1-abc","version_number":"23.05.2"}
            """
        let profiles = try BuildProfiles(json: Array(json.utf8))
        #expect(profiles.versionCode == "r1-abc")
        #expect(profiles.sourceDateEpoch == 1_699_969_091)
        #expect(profiles.fields["new_member"] == [1])
        #expect(profiles.fields["profiles"] == nil)
        let profile = try profiles.profile("p")
        #expect(profile.images.map(\.name) == ["a.bin"])
        #expect(profile.images.first?.size == 5)
        #expect(profile.fields["supported_devices"] == ["v,p"])
        let error = #expect(throws: BuildOutputError.self) { try profiles.profile("q") }
        #expect(error?.code == .profileMissing)
    }

    @Test(arguments: ["", "[]", "{}", "{\"profiles\":{}}", "{\"profiles\":[]}"])
    func profiles_malformed_throw(json: String) {
        #expect(throws: BuildOutputError.self) { try BuildProfiles(json: Array(json.utf8)) }
    }
}
