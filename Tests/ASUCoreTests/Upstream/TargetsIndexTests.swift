import ASUCore
import Testing

struct TargetsIndexTests {
    @Test(
        .enabled(if: SharedData.isPresent),
        arguments: [
            ("25.12.0-rc2", 89), ("24.10.4", 82), ("23.05.4", 75), ("19.07.10", 52),
        ]
    )
    func index_realRelease_hasEveryTarget(version: String, count: Int) throws {
        let index = try TargetsIndex(json: RealUpstream.bytes("releases/\(version)/.targets.json"), url: "u")
        #expect(index.architectures.count == count)
        let sata = try #require(Target("apm821xx/sata"))
        #expect(index.architectures[sata] == "powerpc_464fp")
    }

    @Test func index_hostileEntries_areLeftOut() throws {
        let json = #"{"x86/64":"x86_64","../..":"x86_64","a/b":"../etc","a/c":"","a/d":"x y","a":"x86_64"}"#
        let index = try TargetsIndex(json: Array(json.utf8), url: "u")
        #expect(index.architectures.map { "\($0.key)=\($0.value)" } == ["x86/64=x86_64"])
    }

    @Test(arguments: ["", "<html></html>", "{}", "[]", #"{"x86/64":1}"#, #"{"..":"x"}"#, #"{"x86/64":"x86_64""#])
    func index_anythingElse_isMalformed(text: String) {
        #expect {
            try TargetsIndex(json: Array(text.utf8), url: "http://u/t")
        } throws: {
            ($0 as? UpstreamError)?.code == .malformed && "\($0)".hasPrefix("http://u/t: ")
        }
    }

    @Test func names_hostileList_areTargetsAndFoldersEachOnce() throws {
        let json = #"["x86/64","ath79","x86/64","../..","/","a/b/c",".h","a b","a?b","","ath79"]"#
        #expect(try TargetsIndex.names(json: Array(json.utf8), url: "u") == ["x86/64", "ath79"])
    }

    @Test func isArchitecture_text_isBounded() {
        #expect(TargetsIndex.isArchitecture("aarch64_cortex-a53"))
        #expect(TargetsIndex.isArchitecture("arm_cortex-a7_neon-vfpv4"))
        for text in ["", ".", "..", "a/b", "a b", "\u{E4}", String(repeating: "a", count: 65)] {
            #expect(!TargetsIndex.isArchitecture(text))
        }
    }
}
