import Testing

@testable import ASUCore

struct FolderListingTests {
    private static func folders(_ html: String) -> [String] { FolderListing(html: Array(html.utf8)).folders }

    @Test func folders_listings_areTheirLinksToFolders() {
        // nginx
        #expect(
            Self.folders(
                """
                <html><body><h1>Index of /releases/19.07.1/targets/</h1><hr><pre><a href="../">../</a>
                <a href="ath79/">ath79/</a>  01-Jan-2020 00:00  -
                <a href="x86/">x86/</a>  01-Jan-2020 00:00  -
                <a href="index.json">index.json</a>
                """
            ) == ["ath79", "x86"]
        )
        // OpenWrt
        #expect(
            Self.folders(#"<tr><td class="n"><a href="brcm2708/">brcm2708</a>/</td><td class="d">Sat</td></tr>"#)
                == ["brcm2708"]
        )
    }

    @Test(arguments: [
        "", "no links", "<a href=\"", "<a href=\"x/", "<a href=\"/\">", "<a href=\"/etc/\">", "<a href=\"a/b/\">",
        "<a href=\"http://x/\">", "<a href=\".hidden/\">", "<a href=\"a%2fb/\">", "<a href=\"?C=N/\">",
    ])
    func folders_whatLeadsElsewhere_isLeftOut(html: String) {
        #expect(Self.folders(html) == [])
    }

    @Test func folders_veryMany_areBounded() {
        let html = (0..<5000).map { "<a href=\"t\($0)/\">" }.joined()
        #expect(Self.folders(html).count == FolderListing.maxFolders)
    }
}
