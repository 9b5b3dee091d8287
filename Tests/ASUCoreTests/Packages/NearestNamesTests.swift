import Testing

@testable import ASUCore

@Suite struct NearestNamesTests {
    private func nearest(_ text: String, _ known: [String]) throws -> [String] {
        var nearest = NearestNames(try #require(PackageName(text)))
        for name in known { nearest.consider(Array(name.utf8)[...]) }
        return nearest.names
    }

    @Test func names_misspelt_areFoundBestFirst() throws {
        let known = ["tmux", "tmate", "tcpdump", "tcpdump-mini", "luci", "luci-ssl", "tmux"]
        #expect(try nearest("tmuxx", known) == ["tmux"])
        #expect(try nearest("tcpdmup", known) == ["tcpdump"])
        #expect(try nearest("lucii", known) == ["luci"])
        #expect(try nearest("tmut", known) == ["tmux", "tmate"])
    }

    @Test func names_nothingNear_areNone() throws {
        #expect(try nearest("wireguard", ["tmux", "wget", "wireless-tools"]).isEmpty)
        #expect(try nearest("luci", []).isEmpty)
    }

    @Test func names_many_areBounded() throws {
        #expect(try nearest("abc", ["abd", "abe", "abf", "abg", "ab"]) == ["ab", "abd", "abe"])
    }
}
