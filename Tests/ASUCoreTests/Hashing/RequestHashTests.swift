import ASUCore
import Testing

/// The vectors were computed independently, from the layout below.
///
/// - text: `01`, length in bytes as 32 bits big-endian, UTF-8; absent text: `00`
/// - list: `01`, count as 32 bits big-endian, then each element as a text
/// - message: the texts `asu build request 1`, `openwrt`, version, version_code, target, profile; the list of packages,
///   sorted (removals with their `-`); the list name, version, name, version... of packages_versions, sorted by name;
///   the text `1` or `0` for diff_packages; defaults, rootfs_size_mb in decimal and filesystem, each a text or absent;
///   the list name, address, name, address... of repositories, sorted by name; the text repositories_mode; the list of
///   repository_keys
///
/// The hash is SHA-256 of the message.
struct RequestHashTests {
    @Test func hash_minimalRequest_isTheVector() throws {
        let request = try SampleRequest.parse {
            $0.version = "23.05.5"
            $0.target = "ath79/generic"
            $0.profile = "tplink,archer-c7-v2"
        }
        #expect(RequestHash(request).text == "ff00762751f9ec8638f595a770d04366c5d261dd6111f307d0aa6748617bf497")
    }

    @Test func hash_packageList_isTheVector() throws {
        let request = try SampleRequest.parse {
            $0.version = "SNAPSHOT"
            $0.versionCode = "r28959-29397011cc"
            $0.packages = ["luci", "-ppp", "+htop", "vim", "luci", ""]
            $0.diffPackages = true
        }
        #expect(RequestHash(request).text == "38f278fada22e7cbbb39d17fb67e13c3bd9284cb9b5cea7274a6800c547c80ff")
    }

    @Test func hash_everyField_isTheVector() throws {
        let hash = RequestHash(try SampleRequest.full())
        #expect(hash.text == "9771df1139380371578804a5a40f568b9e569c1e4b446b45454c04b192151661")
        #expect(hash.label == "9771df113938")
        #expect(hash.description == hash.text)
    }

    @Test func hash_orderSpellingAndClient_doNotMatter() throws {
        let one = try SampleRequest.parse {
            $0.packages = ["zsh", "luci", "-ppp"]
            $0.client = "owut/1"
        }
        let two = try SampleRequest.parse {
            $0.packages = ["--ppp", "+luci", "zsh", "luci"]
            $0.distro = "openwrt"
            $0.defaults = ""
            $0.filesystem = ""
            $0.repositoriesMode = "replace"
            $0.repositories = [:]
        }
        #expect(one.packages != two.packages)
        #expect(RequestHash(one) == RequestHash(two))
        let full = RequestHash(try SampleRequest.full())
        for _ in 0..<5 { #expect(RequestHash(try SampleRequest.full { $0.client = nil }) == full) }
    }

    private static let changes: [@Sendable (inout BuildRequestBody) -> Void] = [
        { _ in },
        { $0.version = "24.10.5" },
        { $0.versionCode = "r28959-29397011cd" },
        { $0.target = "x86/generic" },
        { $0.profile = "generic2" },
        { $0.packagesVersions = ["luci": "25.1~abc"] },
        { $0.packagesVersions = ["luci": "25.1~abc", "htop": "3.3.0-r2"] },
        { $0.packagesVersions = ["luci": "3.3.0-r1", "htop": "25.1~abc"] },
        {
            $0.packages = ["luci", "htop"]
            $0.packagesVersions = nil
        },
        {
            $0.packages = ["-luci", "htop"]
            $0.packagesVersions = nil
        },
        { $0.diffPackages = false },
        { $0.defaults = nil },
        { $0.defaults = "0" },
        { $0.defaults = "echo \u{E9}" },
        // The same letter in another form is another script.
        { $0.defaults = "echo e\u{301}\n" },
        { $0.rootfsSizeMB = nil },
        { $0.rootfsSizeMB = 51 },
        { $0.filesystem = nil },
        { $0.filesystem = "squashfs" },
        { $0.repositories = nil },
        { $0.repositories = ["a": "http://example.org:8080/a"] },
        { $0.repositories = ["a": "https://example.org/b", "b": "http://example.org:8080/a"] },
        { $0.repositories = ["b": "https://example.org/b", "a": "http://example.org/a"] },
        { $0.repositoriesMode = nil },
        { $0.repositoryKeys = nil },
        { $0.repositoryKeys = [SampleRequest.usignKey, SampleRequest.usignKey] },
    ]

    @Test func hash_everyField_matters() throws {
        let hashes = try Self.changes.map { RequestHash(try SampleRequest.full($0)).text }
        #expect(Set(hashes).count == Self.changes.count)
    }

    @Test func hash_fieldBoundaries_cannotBeConfused() throws {
        let variants: [@Sendable (inout BuildRequestBody) -> Void] = [
            { $0.packages = ["ab", "c"] },
            { $0.packages = ["a", "bc"] },
            { $0.packages = ["abc"] },
            { $0.packages = ["a", "b", "c"] },
            { $0.packagesVersions = ["a": "bc"] },
            { $0.packagesVersions = ["ab": "c"] },
            { $0.packagesVersions = ["a": "b", "c": "1"] },
            {
                $0.version = "24.10"
                $0.versionCode = ".4"
            },
            { $0.versionCode = "24.10.4" },
            { $0.defaults = "512" },
            { $0.rootfsSizeMB = 512 },
            { $0.defaults = "ext4" },
            { $0.filesystem = "ext4" },
        ]
        let hashes = try variants.map { RequestHash(try SampleRequest.parse($0)).text }
        #expect(Set(hashes).count == variants.count)
    }

    @Test func init_text_takesOnly64LowerCaseDigits() {
        let text = "9771df1139380371578804a5a40f568b9e569c1e4b446b45454c04b192151661"
        #expect(RequestHash(text)?.text == text)
        let rest = String(text.dropFirst())
        let bad: [String] = [
            "", String(text.prefix(12)), rest, text + "0", text.uppercased(), "g" + rest,
            "/" + rest, "\u{E9}" + rest, "../" + String(text.dropFirst(3)),
            String(repeating: "\u{661}", count: 32),
        ]
        for text in bad { #expect(RequestHash(text) == nil, "\(text)") }
    }
}
