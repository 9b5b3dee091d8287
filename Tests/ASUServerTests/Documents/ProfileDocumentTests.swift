import ASUCore
import ASUTestSupport
import Testing

extension ServerTests {
    /// The files of single profiles.
    @Suite struct ProfileDocumentTests {
        private static let folder = "/json/v1/releases/24.10.2/targets/ath79/generic"

        @Test(arguments: ["8dev_carambola2", "8dev,carambola2", "8dev%2Ccarambola2"])
        func profile_known_isMergedWithTheTarget(_ name: String) async throws {
            let running = try await RunningServer.current()
            let reply = try await running.send("\(Self.folder)/\(name).json")
            #expect(reply.status == 200)
            let fields = reply.json
            #expect(
                Set(fields.keys) == [
                    "arch_packages", "build_at", "default_packages", "device_packages", "id", "image_prefix", "images",
                    "linux_kernel", "metadata_version", "source_date_epoch", "supported_devices", "target", "titles",
                    "version_code", "version_number",
                ]
            )
            #expect(fields["id"] == "8dev_carambola2")
            #expect(fields["metadata_version"] == 1)
            #expect(fields["arch_packages"] == "mips_24kc")
            #expect(fields["target"] == "ath79/generic")
            #expect(fields["version_number"] == "24.10.2")
            #expect(fields["version_code"] == .string(SampleCatalog.revision))
            #expect(fields["source_date_epoch"] == .integer(Int64(SampleProfiles.sourceDate)))
            #expect(fields["build_at"] == "2023-11-14T22:13:20Z")
            #expect(fields["titles"] == [["model": "Model of 8dev_carambola2", "vendor": "Vendor"]])
            #expect(fields["linux_kernel"] == ["version": "6.6.93", "release": "1", "vermagic": "d7f0"])
            #expect(fields["supported_devices"] == ["8dev,carambola2", "CARAMBOLA2"])
            let image = try #require(fields["images"]?.array?.first?.object)
            #expect(image["type"] == "sysupgrade")
            #expect(image["filesystem"] == "squashfs")
            #expect(image["sha256"] == .string(SampleProfiles.imageHash))
            #expect(image["name"]?.string?.hasSuffix("8dev_carambola2-squashfs-sysupgrade.bin") == true)
        }

        /// auc 0.1 asks below /json/ and skips a version whose date is a number.
        @Test func profile_inTheOldTree_hasItsDateAsText() async throws {
            let running = try await RunningServer.current()
            let reply = try await running.send("/json/releases/24.10.2/targets/ath79/generic/8dev_carambola2.json")
            var fields = reply.json
            #expect(fields["source_date_epoch"] == .string("\(SampleProfiles.sourceDate)"))
            let today = try await running.send("\(Self.folder)/8dev_carambola2.json")
            fields["source_date_epoch"] = .integer(Int64(SampleProfiles.sourceDate))
            #expect(fields == today.json)
            #expect(reply.headers["etag"] != today.headers["etag"])
        }

        /// An x86 device asks for `generic` by itself; other names aren't resolved here.
        @Test func profile_generic_isServedToX86() async throws {
            let running = try await RunningServer.current()
            for path in ["releases/25.12.0", "snapshots"] {
                let reply = try await running.send("/json/v1/\(path)/targets/x86/64/generic.json")
                #expect(reply.json["id"] == "generic")
                #expect(reply.json["arch_packages"] == "x86_64")
            }
        }

        @Test func profile_unknownOrAlias_isAnEmptyObject() async throws {
            let running = try await RunningServer.current()
            for path in [
                "\(Self.folder)/nobody_nothing.json", "\(Self.folder)/CARAMBOLA2.json", "\(Self.folder)/generic.json",
                "/json/v1/releases/24.10.2/targets/x86/64/pc-engines-apu2.json",
            ] {
                let reply = try await running.send(path)
                #expect(reply.status == 200, "\(path)")
                #expect(reply.text == "{}", "\(path)")
                #expect(reply.headers["content-type"] == "application/json")
            }
        }

        @Test func profile_sharedId_isTheTargetsOwn() async throws {
            let running = try await RunningServer.current()
            for target in ["ath79/generic", "ath79/tiny"] {
                let path = "/json/v1/releases/24.10.2/targets/\(target)/tplink_archer-c7-v2.json"
                #expect(try await running.send(path).json["target"] == .string(target))
            }
        }

        @Test func profile_newRevision_isServedWithinAMoment() async throws {
            try await RunningServer.with { running in
                let path = "/json/v1/snapshots/targets/x86/64/generic.json"
                #expect(try await running.send(path).json["version_code"] == .string(SampleCatalog.revision))
                let generation = try await SampleCatalog.publish("SNAPSHOT", revision: "r30000-b", to: running.redis)
                try await running.waitForCatalog(generation)
                #expect(try await running.send(path).json["version_code"] == "r30000-b")
            }
        }
    }
}
