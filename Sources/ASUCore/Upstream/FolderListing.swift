/// The folders that a download server's listing of a folder names.
///
/// OpenWrt's server and nginx write HTML with links `href="name/"`.
package struct FolderListing: Sendable {
    /// Most folders taken from one listing; the biggest real one has some 50.
    static let maxFolders = 1000

    /// Names without the slash, sorted; those that lead elsewhere or can't be a target's name are left out.
    package let folders: [String]

    package init(html: [UInt8]) {
        var folders = Set<String>()
        let key = Array("href=\"".utf8)
        var rest = html.prefix(4 << 20)[...]
        while folders.count < Self.maxFolders, let found = rest.firstRange(of: key) {
            rest = rest[found.upperBound...]
            guard let end = rest.firstIndex(of: UInt8(ascii: "\"")) else { break }
            let link = rest[..<end]
            rest = rest[end...]
            guard link.last == UInt8(ascii: "/"), (2...65).contains(link.count) else { continue }
            let name = String(decoding: link.dropLast(), as: UTF8.self)
            if Self.isFolderName(name) { folders.insert(name) }
        }
        self.folders = folders.sorted()
    }

    /// Whether `name` leads one folder down: 1 to 64 characters of `A-Za-z0-9._-`, the first no dot.
    static func isFolderName(_ name: String) -> Bool {
        (1...64).contains(name.utf8.count) && ASCIISet.name.contains(allOf: name) && !name.hasPrefix(".")
    }
}
