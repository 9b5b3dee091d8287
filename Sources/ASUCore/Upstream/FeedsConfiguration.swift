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
    package init(text: String) {
        var feeds = ["base"]
        for line in text.split(whereSeparator: \.isNewline).prefix(100) {
            let words = line.split(separator: " ")
            guard words.count >= 2, words[0].hasPrefix("src-") else { continue }
            let name = String(words[1])
            if (1...64).contains(name.utf8.count), ASCIISet.name.contains(allOf: name), !name.hasPrefix("."),
                !feeds.contains(name)
            {
                feeds.append(name)
            }
        }
        self.feeds = feeds
    }
}
