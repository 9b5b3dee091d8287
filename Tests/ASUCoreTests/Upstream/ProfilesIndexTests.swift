import ASUCore
import Testing

struct ProfilesIndexTests {
    @Test(
        .enabled(if: SharedData.isPresent),
        arguments: [
            ("25.12.0-rc2", 89, 1885), ("24.10.4", 82, 1705), ("23.05.4", 75, 0), ("19.07.10", 52, 0),
        ]
    )
    func index_realRelease_hasEveryProfile(version: String, targets: Int, profiles: Int) throws {
        let indexes = try RealUpstream.profiles(version)
        #expect(indexes.count == targets)
        let count = indexes.values.reduce(0) { $0 + $1.profiles.count }
        #expect(profiles == 0 ? count > 500 : count == profiles)
        for (target, index) in indexes {
            #expect(index.revision.hasPrefix("r"), "\(target)")
            #expect(index.architecture != nil, "\(target)")
            #expect(!index.profiles.isEmpty, "\(target)")
        }
    }

    @Test(.enabled(if: SharedData.isPresent)) func index_realTarget_namesItsKernelsFolder() throws {
        let path = "releases/24.10.4/targets/x86/64/profiles.json"
        let kernel = try #require(try ProfilesIndex(json: RealUpstream.bytes(path), url: "u").kernel)
        let layout = UpstreamLayout(try #require(Version("24.10.4")))
        let target = try #require(Target("x86/64"))
        #expect(RealUpstream.packageFolders.contains(layout.kernelModulesPath(target, kernel: kernel.folder)))
    }

    @Test func index_hostileParts_areLeftOut() throws {
        let json = #"""
            {"version_code":"r1\nr2","linux_kernel":{"version":"../..","release":"1","vermagic":"a"},
            "profiles":{"a,b":{"supported_devices":["x,y","","a b","z"]},"../x":{},"c":{"titles":[]}}}
            """#
        let index = try ProfilesIndex(json: Array(json.utf8), url: "u")
        #expect(index.revision == "")
        #expect(index.kernel == nil)
        #expect(index.architecture == nil)
        #expect(index.profiles.map { "\($0.key): \($0.value)" }.sorted() == ["a_b: [x_y, z]", "c: []"])
    }

    @Test func index_idsThatAreOneName_haveTheAliasesOfBoth() throws {
        let json = #"{"profiles":{"a_b":{"supported_devices":["y"]},"a,b":{"supported_devices":["x"]}}}"#
        let index = try ProfilesIndex(json: Array(json.utf8), url: "u")
        #expect(index.profiles.map { "\($0.key): \($0.value)" } == ["a_b: [x, y]"])
    }

    @Test(arguments: [
        ("r28959-29397011cc", true), ("r1+2-abc", true), ("", false), ("r1 2", false), ("r1/2", false),
        (String(repeating: "r", count: 65), false),
    ])
    func isRevision_text_isBounded(text: String, expected: Bool) {
        #expect(ProfilesIndex.isRevision(text) == expected)
    }

    @Test(arguments: ["", "<html></html>", "{}", "[]", #"{"profiles":[]}"#, #"{"profiles":{"a":1}}"#])
    func index_anythingElse_isMalformed(text: String) {
        #expect {
            try ProfilesIndex(json: Array(text.utf8), url: "http://u/p")
        } throws: {
            ($0 as? UpstreamError)?.code == .malformed && "\($0)".hasPrefix("http://u/p: expected a profiles.json")
        }
    }
}
