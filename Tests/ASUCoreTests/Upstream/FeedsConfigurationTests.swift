import ASUCore
import Testing

struct FeedsConfigurationTests {
    @Test(
        .enabled(if: SharedData.isPresent),
        arguments: [
            ("24.10.4", ["base", "packages", "luci", "routing", "telephony"]),
            ("25.12.0", ["base", "packages", "luci", "routing", "telephony", "video"]),
        ]
    )
    func feeds_realFile_areNamed(version: String, feeds: [String]) throws {
        let text = try SharedData.text("upstream/releases/\(version)/packages/x86_64/feeds.conf")
        #expect(try FeedsConfiguration(text: text, url: "u").feeds == feeds)
    }

    @Test func feeds_strangeLines_areLeftOut() throws {
        let text =
            "#src-git off x\r\nsrc-git\r\nsrc-git\tnew\thttps://x\r\nsrc-git ../x y\r\nsrc-link .y z\r\n"
            + "src-git new z\nsrc-git base z\nsrc-git a/b z\nother z z\n"
        #expect(try FeedsConfiguration(text: text, url: "u").feeds == ["base", "new"])
    }

    @Test func feeds_emptyFile_isBaseAlone() throws {
        #expect(try FeedsConfiguration(text: " \n", url: "u").feeds == ["base"])
        #expect(FeedsConfiguration.customary.feeds.first == "base")
    }

    @Test func feeds_manyLines_areBounded() throws {
        let text = (0..<5000).map { "src-git f\($0) https://x\n" }.joined()
        #expect(try FeedsConfiguration(text: text, url: "u").feeds.count <= 101)
    }

    @Test func feeds_htmlPage_isMalformed() {
        #expect {
            try FeedsConfiguration(
                text: "<html>\n<body class=\"x\">src-git</body>\n</html>",
                url: "http://u/feeds.conf"
            )
        } throws: {
            ($0 as? UpstreamError)?.code == .malformed && "\($0)".hasPrefix("http://u/feeds.conf: expected lines")
        }
    }
}
