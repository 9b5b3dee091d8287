import ASUCore
import Testing

@testable import ASUServer

/// No text of the document becomes markup.
@Suite struct HTMLTextTests {
    @Test func escape_leavesNoMarkup() {
        #expect(HTMLText.escape("<a href=\"x\">&'") == "&lt;a href=&quot;x&quot;&gt;&amp;&#39;")
        #expect(HTMLText.inline("`<b>` & x") == "<code>&lt;b&gt;</code> &amp; x")
        #expect(HTMLText.paragraphs("a\n\n<b>") == "<p>a</p>\n<p>&lt;b&gt;</p>\n")
    }

    /// Every text of a document that is nothing but markup.
    @Test func page_escapesWhatItShows() throws {
        let bad = "<script>x</script>"
        let json = PackageResources.openapi_json
        var hostile = String(decoding: json, as: UTF8.self)
        for word in ["A version.", "Request an image", "The revision.", "All that this server has.", "owut/2025.1"] {
            #expect(hostile.contains(word), "\(word)")
            hostile = hostile.replacing(word, with: bad)
        }
        let settings = try Settings(file: nil, environment: [:])
        let page = APIPage(try APIDescription(json: Array(hostile.utf8), settings)).html
        #expect(!page.contains("<script"))
        #expect(page.contains("&lt;script&gt;x&lt;/script&gt;"))
    }
}
