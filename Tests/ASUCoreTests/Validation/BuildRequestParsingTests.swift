import ASUCore
import Foundation
import Testing

struct BuildRequestParsingTests {
    @Test func parse_minimalBody_fillsInDefaults() throws {
        let request = try SampleRequest.parse()
        #expect(request.version.text == "24.10.4")
        #expect(request.versionCode == "")
        #expect(request.target.description == "x86/64")
        #expect(request.profile.text == "generic")
        #expect(request.packages.isEmpty)
        #expect(request.packagesVersions.isEmpty)
        #expect(!request.diffPackages)
        #expect(request.defaults == nil)
        #expect(request.rootfsSizeMB == nil)
        #expect(request.filesystem == nil)
        #expect(request.repositories.isEmpty)
        #expect(request.repositoriesMode == .replace)
        #expect(request.repositoryKeys.isEmpty)
        #expect(request.client == nil)
    }

    @Test func parse_emptyTexts_countAsAbsent() throws {
        let request = try SampleRequest.parse {
            $0.versionCode = ""
            $0.packages = ["", "luci", ""]
            $0.packagesVersions = [:]
            $0.defaults = ""
            $0.filesystem = ""
            $0.repositories = [:]
            $0.repositoriesMode = ""
            $0.repositoryKeys = []
        }
        #expect(request == (try SampleRequest.parse { $0.packages = ["luci"] }))
    }

    @Test func parse_packages_areNormalisedInOrder() throws {
        let request = try SampleRequest.parse {
            $0.profile = "tplink,archer-c7-v2"
            $0.packages = ["zsh", "+luci", "luci", "--ppp", "-ppp", "ppp", "++zsh", "7zip"]
        }
        #expect(request.packages.map(\.description) == ["zsh", "luci", "-ppp", "ppp", "7zip"])
        #expect(request.profile.text == "tplink_archer-c7-v2")
    }

    @Test func parse_packagesVersions_replacePackages() throws {
        let request = try SampleRequest.parse {
            $0.packages = ["vim"]
            $0.packagesVersions = ["zsh": "5", "+htop": "3.3.0-r1"]
        }
        #expect(request.packages.map(\.description) == ["htop", "zsh"])
        #expect(request.packagesVersions.map { "\($0.key)=\($0.value)" }.sorted() == ["htop=3.3.0-r1", "zsh=5"])
    }

    @Test func parse_twoSpellingsOfOneName_alwaysEndTheSame() throws {
        for _ in 0..<20 {
            let request = try SampleRequest.parse { $0.packagesVersions = ["+a": "1", "++a": "2", "a": "3"] }
            #expect(request.packagesVersions.values.map(\.text) == ["3"])
        }
    }

    @Test func parse_fullBody_keepsEveryField() throws {
        let request = try SampleRequest.full()
        #expect(request.versionCode == "r28959-29397011cc")
        #expect(request.diffPackages)
        #expect(request.defaults == "echo \u{E9}\n")
        #expect(request.rootfsSizeMB == 512)
        #expect(request.filesystem == .ext4)
        #expect(
            request.repositories.map { "\($0.name)=\($0.url)" } == [
                "a=http://example.org:8080/a", "b=https://example.org/b",
            ]
        )
        #expect(request.repositoriesMode == .append)
        #expect(request.repositoryKeys.map(\.text) == [SampleRequest.usignKey])
        #expect(request.client == "owut/2025.1")
    }

    @Test(arguments: Filesystem.allCases) func parse_filesystem_isKnownByItsName(filesystem: Filesystem) throws {
        #expect(try SampleRequest.parse { $0.filesystem = filesystem.rawValue }.filesystem == filesystem)
    }

    @Test func parse_limits_areInclusive() throws {
        let request = try SampleRequest.parse {
            $0.packages = (0..<1000).map { "p\($0)" }
            $0.defaults = String(repeating: "\u{E9}", count: 50)
            $0.rootfsSizeMB = 1024
            $0.versionCode = "r1+2-" + String(repeating: "a", count: 59)
            $0.client = String(repeating: "\u{e9}", count: 100)
            $0.repositories = Dictionary(uniqueKeysWithValues: (0..<16).map { ("r\($0)", "http://example.org/\($0)") })
            $0.repositoryKeys = Array(repeating: SampleRequest.usignKey, count: 16)
        }
        #expect(request.packages.count == 1000)
        #expect(request.repositories.count == 16)
        #expect(try SampleRequest.parse { $0.rootfsSizeMB = 1 }.rootfsSizeMB == 1)
    }

    private struct Fault: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let location: [String]
        let type: String
        let message: String
        let change: @Sendable (inout BuildRequestBody) -> Void

        init(
            _ place: String,
            type: String = "value_error",
            _ message: String,
            change: @escaping @Sendable (inout BuildRequestBody) -> Void
        ) {
            testDescription = "\(place): \(message)"
            location = place.split(separator: ".").map(String.init)
            self.type = type
            self.message = message
            self.change = change
        }
    }

    private static let faults: [Fault] = [
        Fault("version", type: "missing", "Field required") { $0.version = nil },
        Fault("target", type: "missing", "Field required") { $0.target = nil },
        Fault("profile", type: "missing", "Field required") { $0.profile = nil },
        Fault("version", "'../x' is not a version such as 23.05.5 or SNAPSHOT") { $0.version = "../x" },
        Fault("version", "'' is not a version such as 23.05.5 or SNAPSHOT") { $0.version = "" },
        Fault("target", "'x86' is not a target such as ath79/generic") { $0.target = "x86" },
        Fault("profile", "'a b' is not a profile or board name") { $0.profile = "a b" },
        Fault("distro", "Unsupported distro: 'debian'. Only 'openwrt' is served") { $0.distro = "debian" },
        Fault("version_code", "expected a revision such as r23630-842932a63d") { $0.versionCode = "r1\nr2" },
        Fault("version_code", "expected a revision such as r23630-842932a63d") {
            $0.versionCode = String(repeating: "r", count: 65)
        },
        Fault("packages.1", "'a;reboot' is not a package name") { $0.packages = ["luci", "a;reboot"] },
        Fault("packages.0", "'a?b' is not a package name") { $0.packages = ["a\u{0}b"] },
        Fault("packages.0", "'?????????' is not a package name") {
            $0.packages = ["\u{1B}\u{7}\u{85}\u{202E}\u{E4}\u{20AC}\u{1F600}\u{FFFD}\r"]
        },
        Fault("packages.0", "'\(String(repeating: "a", count: 60))...' is not a package name") {
            $0.packages = [String(repeating: "a", count: 100_000)]
        },
        Fault("packages", type: "too_long", "List should have at most 1000 items") {
            $0.packages = (0...1000).map { "p\($0)" }
        },
        Fault("packages", type: "too_long", "List should have at most 1000 items") {
            $0.packages = Array(repeating: "", count: 100_000)
        },
        Fault("packages_versions", "'-luci' is not a package name") { $0.packagesVersions = ["-luci": "1"] },
        Fault("packages_versions", "'' is not a package name") { $0.packagesVersions = ["": "1"] },
        Fault("packages_versions.luci", "'1 2' is not a package version") { $0.packagesVersions = ["luci": "1 2"] },
        Fault("packages_versions.luci", "'' is not a package version") { $0.packagesVersions = ["luci": ""] },
        Fault("packages_versions", type: "too_long", "Map should have at most 1000 items") {
            $0.packagesVersions = Dictionary(uniqueKeysWithValues: (0...1000).map { ("p\($0)", "1") })
        },
        Fault("defaults", type: "string_too_long", "String should have at most 100 characters") {
            $0.defaults = String(repeating: "\u{E9}", count: 51)
        },
        Fault("defaults", "A script can't contain the NUL character") { $0.defaults = "a\u{0}b" },
        Fault("rootfs_size_mb", type: "greater_than_equal", "Input should be greater than or equal to 1") {
            $0.rootfsSizeMB = 0
        },
        Fault("rootfs_size_mb", type: "greater_than_equal", "Input should be greater than or equal to 1") {
            $0.rootfsSizeMB = .min
        },
        Fault("rootfs_size_mb", type: "less_than_equal", "Input should be less than or equal to 1024") {
            $0.rootfsSizeMB = 1025
        },
        Fault(
            "filesystem",
            type: "enum",
            "Input should be one of 'squashfs', 'ext4', 'ubifs', 'erofs', 'jffs2', 'jffs2-nand', 'targz', 'cpiogz', "
                + "not 'tmpfs'"
        ) { $0.filesystem = "tmpfs" },
        Fault("repositories_mode", type: "enum", "Input should be one of 'append', 'replace', not 'Append'") {
            $0.repositoriesMode = "Append"
        },
        Fault("repositories", "'https://u@e.org/' is not a plain http(s) address") {
            $0.repositories = ["a": "https://u@e.org/"]
        },
        Fault("repositories", "'a b' is not a repository name") { $0.repositories = ["a b": "https://e.org/"] },
        Fault("repositories", type: "too_long", "Map should have at most 16 items") {
            $0.repositories = Dictionary(uniqueKeysWithValues: (0...16).map { ("r\($0)", "http://e.org/") })
        },
        Fault("repository_keys.1", "expected a PEM public key or a usign key line") {
            $0.repositoryKeys = [SampleRequest.usignKey, "RW"]
        },
        Fault("repository_keys", type: "too_long", "List should have at most 16 items") {
            $0.repositoryKeys = Array(repeating: SampleRequest.usignKey, count: 17)
        },
        Fault("client", type: "string_too_long", "String should have at most 100 characters") {
            $0.client = String(repeating: "c", count: 101)
        },
    ]

    @Test(arguments: faults) private func parse_oneFault_isNamed(fault: Fault) {
        let problems = SampleRequest.problems(fault.change)
        #expect(problems == [.init(fault.location, type: fault.type, fault.message)])
        let place = fault.location.joined(separator: ".")
        #expect(ValidationError(problems).description == "Invalid request: \(place): \(fault.message)")
    }

    @Test func parse_severalFaults_areAllNamedInOrder() {
        let problems = SampleRequest.problems {
            $0.distro = "x"
            $0.version = nil
            $0.target = "x"
            $0.rootfsSizeMB = 0
        }
        #expect(problems.map { $0.location[0] } == ["distro", "version", "target", "rootfs_size_mb"])
        #expect(ValidationError(problems).description.hasSuffix("(and 3 more)"))
    }

    @Test func parse_thousandsOfFaults_areABoundedFew() {
        let problems = SampleRequest.problems { $0.packages = (0..<1000).map { "\($0) " } }
        #expect(problems.count == 20)
        #expect(problems.first?.location == ["packages", "0"])
    }

    @Test func parse_faultsInAMap_areNamedInOneOrder() {
        let body = ["c ": "1", "a ": "1", "b ": "1"]
        for _ in 0..<10 {
            let problems = SampleRequest.problems { $0.packagesVersions = body }
            #expect(problems.map(\.message) == ["a ", "b ", "c "].map { "'\($0)' is not a package name" })
        }
    }

    @Test func body_ofARequest_parsesToItAgain() throws {
        let requests = [
            try SampleRequest.parse(), try SampleRequest.full(),
            try SampleRequest.parse { $0.packages = ["zsh", "--ppp", "+luci"] },
        ]
        for request in requests {
            let json = try JSONEncoder().encode(BuildRequestBody(request))
            let body = try JSONDecoder().decode(BuildRequestBody.self, from: json)
            #expect(try BuildRequest(body, limits: SampleRequest.limits) == request)
        }
    }

    @Test func body_encoded_hasEveryFieldAndNullWhereThereIsNone() throws {
        let value = try JSONValue(encoding: BuildRequestBody(SampleRequest.parse()))
        let object = try #require(value.object)
        #expect(Set(object.keys) == Set(BuildRequestBody.CodingKeys.allCases.map(\.rawValue)))
        #expect(object["defaults"] == .null)
        #expect(object["rootfs_size_mb"] == .null)
        #expect(object["filesystem"] == .null)
        #expect(object["client"] == .null)
        #expect(object["distro"] == "openwrt")
        #expect(object["version_code"] == "")
        #expect(object["packages"] == [])
        #expect(object["packages_versions"] == [:])
        #expect(object["diff_packages"] == false)
        #expect(object["repositories_mode"] == "replace")
    }

    @Test func body_unknownFields_areIgnored() throws {
        let json = #"{"version":"24.10.4","target":"x86/64","profile":"generic","sysupgrade":true,"x":{"y":[1]}}"#
        let body = try JSONDecoder().decode(BuildRequestBody.self, from: Data(json.utf8))
        #expect(body == SampleRequest.body())
    }

    @Test func body_loneSurrogates_neverReachARequest() {
        let json = #"{"version":"24.10.4","target":"x86/64","profile":"generic","defaults":"\ud800"}"#
        let body = try? JSONDecoder().decode(BuildRequestBody.self, from: Data(json.utf8))
        // The decoder refuses them, or puts the replacement character in their place.
        #expect(body?.defaults == nil || body?.defaults == "\u{FFFD}")
    }
}
