import ASUCore
import Testing

struct PackageIndexTests {
    private static func opkg(_ text: String) -> PackageIndex { PackageIndex(opkg: Array(text.utf8)) }

    private static func entries(_ index: PackageIndex) -> [String] {
        index.entries.map { "\($0.name) \($0.version) \($0.provides.joined(separator: ","))" }
    }

    @Test(.enabled(if: SharedData.isPresent)) func opkg_realIndexes_haveEveryPackage() throws {
        var names = 0
        var abi = 0
        for folder in RealUpstream.packageFolders {
            let index = PackageIndex(opkg: try RealUpstream.bytes("\(folder)/Packages"))
            #expect(index.skipped == 0)
            #expect(index.knowsProvides)
            names += index.entries.count
            abi += index.entries.count { entry in
                entry.provides.contains { $0 != entry.name && $0.hasPrefix(entry.name) }
            }
            let listed = try PackageIndex(json: RealUpstream.bytes("\(folder)/index.json"), url: "u")
            let versions = Dictionary(listed.entries.map { ($0.name, $0.version) }) { first, _ in first }
            #expect(Dictionary(index.entries.map { ($0.name, $0.version) }) { first, _ in first } == versions)
        }
        #expect(names == 10_669)
        #expect(abi >= 147)
    }

    @Test(.enabled(if: SharedData.isPresent)) func opkg_manifestOfAnotherFeed_isTheSameIndex() throws {
        let folder = "third-party/angrymuppet-23.05-base"
        let manifest = PackageIndex(opkg: try SharedData.bytes("\(folder)/Packages.manifest"))
        let packages = PackageIndex(opkg: try SharedData.bytes("\(folder)/Packages"))
        #expect(!packages.entries.isEmpty)
        #expect(Self.entries(manifest) == Self.entries(packages))
    }

    @Test(.enabled(if: SharedData.isPresent)) func json_realIndexes_areReadInBothFormats() throws {
        let apk = try PackageIndex(
            json: RealUpstream.bytes("releases/25.12.0/packages/x86_64/base/index.json"),
            url: "u"
        )
        #expect(!apk.knowsProvides)
        #expect(apk.skipped == 0)
        #expect(apk.entries.contains { $0.name == "dnsmasq" })
        let old = "index-v1-format/24.10.4-as-v1/packages/x86_64/base/index.json"
        let first = try PackageIndex(json: SharedData.bytes(old), url: "u")
        let base = PackageIndex(opkg: try RealUpstream.bytes("\(RealUpstream.packageFolders[0])/Packages"))
        #expect(first.entries.count == base.entries.count)
        #expect(!first.knowsProvides)
    }

    @Test func opkg_abiVersion_isTakenOffTheName() {
        let text = """
            Package: libfoo20
            Version: 1.0-r1
            ABIVersion: 20
            Provides: libfoo, libbar=1.0, libbaz (= 2), @virtual, libfoo-any,, ../x

            Package: 20
            Version: 1
            ABIVersion: 20

            Package: other
            ABIVersion: 7
            Version: 2
            """
        #expect(
            Self.entries(Self.opkg(text)) == [
                "libfoo 1.0-r1 libfoo20,libbar,libbaz,libfoo-any", "20 1 ", "other 2 ",
            ]
        )
    }

    @Test func opkg_lineEndings_areAllTheSame() {
        let text = "Package: a\nVersion: 1\nDescription: x\n  Package: no\n\nPackage: b\nVersion: 2\n"
        let expected = Self.entries(Self.opkg(text))
        #expect(expected == ["a 1 ", "b 2 "])
        #expect(
            Self.entries(
                Self.opkg(
                    text.split(separator: "\n", omittingEmptySubsequences: false)
                        .joined(separator: "\r\n")
                )
            ) == expected
        )
        #expect(Self.entries(Self.opkg("\n\n\n" + text + "\n\n")) == expected)
        #expect(Self.entries(Self.opkg(String(text.dropLast()))) == expected)
    }

    @Test func opkg_truncatedAndHostileStanzas_areSkippedAndCounted() {
        let text =
            "Package: a\n\nVersion: 1\n\nPackage: ../x\nVersion: 1\n\nPackage: b\nVersion: 1 2\n\n"
            + "Package: c\u{0}d\nVersion: 1\n\nPackage: ok\nVersion: 1\nPackage\n\nSize: 5\n\nPackage: end\nVers"
        let index = Self.opkg(text)
        #expect(Self.entries(index) == ["ok 1 "])
        #expect(index.skipped == 6)
    }

    @Test func opkg_hugeLine_isIgnored() {
        let huge = String(repeating: "a, ", count: 40_000)
        let index = Self.opkg("Package: a\nVersion: 1\nProvides: \(huge)\nDepends: \(huge)\n\nPackage: b\nVersion: 2\n")
        #expect(Self.entries(index) == ["a 1 ", "b 2 "])
    }

    @Test func opkg_nothingOrNoIndex_isEmpty() {
        for text in ["", "\n", "<html>\n<body>\n</body>\n</html>\n", "\u{0}"] {
            let index = Self.opkg(text)
            #expect(index.entries.isEmpty)
            #expect(index.skipped == 0)
        }
    }

    @Test func opkg_notUTF8_isBorne() {
        let bytes =
            Array("Package: a\nVersion: 1\nMaintainer: ".utf8) + [0xFF, 0xE4, 10, 10]
            + Array("Package: \u{E4}".utf8) + [0xC3, 10] + Array("Version: 1\n".utf8)
        let index = PackageIndex(opkg: bytes)
        #expect(Self.entries(index) == ["a 1 "])
        #expect(index.skipped == 1)
    }

    @Test func json_hostileEntries_areSkippedAndCounted() throws {
        let json = #"{"version":2,"architecture":"x","packages":{"a":"1","../x":"1","b":"1 2","c":""}}"#
        let index = try PackageIndex(json: Array(json.utf8), url: "u")
        #expect(Self.entries(index) == ["a 1 "])
        #expect(index.skipped == 3)
    }

    @Test(arguments: [
        "", "<html></html>", "{}", "[]", #"{"packages":[]}"#, #"{"packages":{"a":1}}"#, #"{"packages":{"#,
    ])
    func json_anythingElse_isMalformed(text: String) {
        #expect {
            try PackageIndex(json: Array(text.utf8), url: "http://u/index.json")
        } throws: {
            ($0 as? UpstreamError)?.code == .malformed
                && "\($0)".hasPrefix("http://u/index.json: expected an index.json")
        }
    }
}
