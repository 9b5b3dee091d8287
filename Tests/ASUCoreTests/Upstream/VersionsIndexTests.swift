import ASUCore
import Testing

struct VersionsIndexTests {
    @Test(.enabled(if: SharedData.isPresent)) func index_realFile_hasEveryVersion() throws {
        let index = try VersionsIndex(json: RealUpstream.bytes(".versions.json"), url: "u")
        #expect(index.versions.count == 89)
        #expect(index.stable?.text == "25.12.5")
        #expect(index.oldstable?.text == "24.10.8")
        #expect(index.upcoming == nil)
        #expect(index.versions.first?.text == "25.12.5")
        #expect(index.versions.last?.text == "17.01.1")
    }

    @Test func index_versionsNamedOnlyAsideAndTwice_areThereOnce() throws {
        let json = #"{"versions_list":["23.05.1","23.05.1","../x","23.05.0"],"upcoming_version":"24.10.0-rc1"}"#
        let index = try VersionsIndex(json: Array(json.utf8), url: "u")
        #expect(index.versions.map(\.text) == ["24.10.0-rc1", "23.05.1", "23.05.0"])
        #expect(index.upcoming?.text == "24.10.0-rc1")
        #expect(index.stable == nil)
    }

    @Test(arguments: [
        "", "<html><body>Not here</body></html>", "{}", "[]", "null", #"{"versions_list":"23.05.1"}"#,
        #"{"versions_list":[1]}"#, #"{"versions_list":["23.05.1""#, "\u{0}\u{1}",
    ])
    func index_anythingElse_isMalformedAndNamesTheAddress(text: String) {
        #expect {
            try VersionsIndex(json: Array(text.utf8), url: "http://u/.versions.json")
        } throws: {
            ($0 as? UpstreamError)?.code == .malformed && "\($0)".hasPrefix("http://u/.versions.json: expected JSON")
        }
    }
}
