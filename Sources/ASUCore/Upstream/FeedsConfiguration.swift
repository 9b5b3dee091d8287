/// Upstream's `feeds.conf` of an architecture: which feeds its packages lie in.
package struct FeedsConfiguration: Sendable {
    /// In the file's order, `base` first even where the file doesn't name it.
    package let feeds: [String]

    /// What releases had before the file was published.
    package static let customary = FeedsConfiguration(
        feeds: ["base", "packages", "luci", "routing", "telephony"]
    )

    private init(feeds: [String]) {
        self.feeds = feeds
    }

    /// Takes the second word of each line, as in `src-git packages https://...`.
    ///
    /// - Throws: ``UpstreamError`` `.malformed` if `text` has something in it, but no such line.
    package init(text: String, url: String) throws(UpstreamError) {
        var feeds = ["base"]
        var isConfiguration = text.allSatisfy(\.isWhitespace)
        for line in text.split(whereSeparator: \.isNewline).prefix(100) {
            let words = line.split { $0 == " " || $0 == "\t" }
            guard words.count >= 2, words[0].hasPrefix("src-") else { continue }
            isConfiguration = true
            let name = String(words[1])
            if (1...64).contains(name.utf8.count), ASCIISet.name.contains(allOf: name), !name.hasPrefix("."),
                !feeds.contains(name)
            {
                feeds.append(name)
            }
        }
        // An HTML page in place of the file must not pass for an architecture that has nothing but `base`.
        guard isConfiguration else {
            throw UpstreamError(.malformed, url: url, reason: "expected lines such as 'src-git packages https://...'")
        }
        self.feeds = feeds
    }
}
