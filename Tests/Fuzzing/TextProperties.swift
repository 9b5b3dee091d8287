enum FeedsProperties {
    static func check(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        guard
            let feeds = FuzzedParser.parsed({ () throws(UpstreamError) in try FeedsConfiguration(text: text, url: "u") }
            )?
            .feeds
        else { return }
        require(feeds.first == "base" && feeds.count <= 101, "base first, not too many")
        require(Set(feeds).count == feeds.count, "every feed comes once")
        require(feeds.allSatisfy { ListingProperties.isFolder($0) }, "every feed is a folder")
        // At most 100 lines are read, base's among them.
        let lines = feeds.dropFirst().map { "src-git \($0) https://example.org/\($0).git^0123\n" }.joined()
        let again = FuzzedParser.parsed { () throws(UpstreamError) in try FeedsConfiguration(text: lines, url: "u") }
        require(again?.feeds == feeds, "written again, the feeds are the same")
    }
}

enum ListingProperties {
    static func check(_ bytes: [UInt8]) {
        let folders = FolderListing(html: bytes).folders
        require(folders.count <= FolderListing.maxFolders, "the folders are bounded")
        require(zip(folders, folders.dropFirst()).allSatisfy { $0 < $1 }, "sorted, each once")
        require(folders.allSatisfy(isFolder), "every name is a folder's")
        let html = folders.map { "<a href=\"\($0)/\">\($0)/</a>\n" }.joined()
        require(FolderListing(html: Array(html.utf8)).folders == folders, "written again, the folders are the same")
    }

    /// Whether `name` is one step down in a path.
    static func isFolder(_ name: String) -> Bool {
        (1...64).contains(name.utf8.count) && !name.hasPrefix(".")
            && name.utf8.allSatisfy { byte in
                switch byte {
                case 48...57, 65...90, 97...122: true
                default: "._-".utf8.contains(byte)
                }
            }
    }
}

enum RangeProperties {
    static func check(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let range = ContentRange(text) else { return }
        require(0 <= range.start && range.start <= range.end, "the range is one")
        require(range.total.map { $0 > range.end } != false, "the range lies within the whole")
        let total = range.total.map { "\($0)" } ?? "*"
        require(ContentRange("bytes \(range.start)-\(range.end)/\(total)") == range, "written again, it is the same")
    }
}
