import ASUCore
import Testing

struct NameTests {
    @Test(arguments: ["a", "7zip", "libstdc++6", "luci-app-x.y_z", String(repeating: "a", count: 100)])
    func packageName_wellFormed_isKept(text: String) {
        #expect(PackageName(text)?.text == text)
    }

    @Test(arguments: [
        "", "-a", "+a", ".a", "_a", "a b", "a/b", "..", "a;id", "$(id)", "`id`", "a\n", "a\u{0}", "a,b", "a\"", "a'",
        "a=b", "a~b", "\u{E4}b", "a\u{301}", "a\u{200D}", "\u{FF41}", String(repeating: "a", count: 101),
    ])
    func packageName_malformed_isRefused(text: String) {
        #expect(PackageName(text) == nil)
    }

    @Test(arguments: [
        ("luci", "luci", false), ("+luci", "luci", false), ("++luci", "luci", false), ("-luci", "luci", true),
        ("--luci", "luci", true), ("---7zip", "7zip", true),
    ])
    func packageSelection_signs_collapse(text: String, name: String, isRemoval: Bool) throws {
        let selection = try #require(PackageSelection(text))
        #expect(selection.name.text == name)
        #expect(selection.isRemoval == isRemoval)
        #expect(selection.description == (isRemoval ? "-" : "") + name)
    }

    @Test(arguments: ["", "-", "+", "--", "-+a", "+-a", "- a", "-a b", "\u{2212}a", "-\u{301}a"])
    func packageSelection_malformed_isRefused(text: String) {
        #expect(PackageSelection(text) == nil)
    }

    @Test(arguments: ["ath79/generic", "x86/64", "mediatek/filogic", "a_b/c-d", "brcm2708/bcm2710"])
    func target_wellFormed_isKept(text: String) {
        #expect(Target(text)?.description == text)
    }

    @Test(arguments: [
        "", "/", "ath79", "ath79/", "/generic", "a/b/c", "../..", "a/..", "a/b.c", "a//b", "a/b\n", "a b/c", "a/\u{E4}",
        "a/%2e", String(repeating: "a", count: 65) + "/b", "a/" + String(repeating: "b", count: 65),
    ])
    func target_malformed_isRefused(text: String) {
        #expect(Target(text) == nil)
    }

    @Test(arguments: [
        ("tplink,archer-c7-v2", "tplink_archer-c7-v2"), ("8dev,carambola2", "8dev_carambola2"), (",a,", "_a_"),
        ("generic", "generic"), ("DGND3700v1", "DGND3700v1"), ("a.b", "a.b"),
    ])
    func profileName_commas_becomeUnderscores(text: String, name: String) {
        #expect(ProfileName(text)?.text == name)
    }

    @Test(arguments: [
        "", ".", "..", "-a", ".a", "a/b", "a b", "a\u{0}", "a\n", "a,\u{301}b", "\u{E4}", "a+b", "a'",
        String(repeating: "a", count: 101),
    ])
    func profileName_malformed_isRefused(text: String) {
        #expect(ProfileName(text) == nil)
    }

    @Test(arguments: ["a", "my.feed-1_x", "7", String(repeating: "a", count: 64)])
    func repository_name_isKept(name: String) throws {
        let url = try #require(RepositoryURL("https://example.org/feed"))
        #expect(Repository(name: name, url: url)?.name == name)
    }

    @Test(arguments: ["", ".a", "-a", "_a", "a b", "a/b", "a\nsrc/gz x", String(repeating: "a", count: 65)])
    func repository_badName_isRefused(name: String) throws {
        let url = try #require(RepositoryURL("https://example.org/feed"))
        #expect(Repository(name: name, url: url) == nil)
    }

    @Test func asciiSet_everyByte_isMemberOnlyIfNamed() {
        let members = "AZaz09._+,~-"
        let set = ASCIISet(members + "\u{E4}\u{20AC}")
        for byte in UInt8.min...UInt8.max {
            #expect(set.contains(byte) == members.utf8.contains(byte), "byte \(byte)")
        }
    }
}
