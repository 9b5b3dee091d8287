import ASUCore
import Foundation

/// An ImageBuilder's list of feeds, pointed at the door: `repositories.conf` (opkg) or `repositories` (apk).
struct RepositoryFile: Equatable {
    /// The file's text as the build sees it.
    let text: String
    /// The feeds that it names, in the door's order: feed `n` is reached at `<door>/feed/<n>/`.
    let feeds: [Feed]

    /// One feed behind the door.
    struct Feed: Equatable {
        /// The folder's address upstream, without a slash at the end.
        let url: String
    }

    /// Rewrites a tree's file.
    ///
    /// - Parameters:
    ///   - original: The file as the tree has it; it names OpenWrt's public server.
    ///   - format: Which of the two files it is.
    ///   - upstream: The server to use instead, without a slash at the end.
    ///   - door: The address at which the build reaches the door, without a slash at the end.
    ///   - repositories: Extra ones of the request.
    ///   - mode: Whether they come besides the tree's own feeds or instead of them.
    init(
        original: String,
        format: PackageFormat,
        upstream: String,
        door: String,
        repositories: [Repository],
        mode: Repository.Mode
    ) {
        var feeds: [Feed] = []
        var lines: [String] = []
        let keepsOwn = repositories.isEmpty || mode == .append
        for line in original.split(whereSeparator: \.isNewline) {
            guard let mark = line.firstRange(of: "://"), line.first(where: { !$0.isWhitespace }) != "#" else {
                // Options, the local feed and comments stay as they are.
                lines.append(String(line))
                continue
            }
            guard keepsOwn, let path = Self.path(line[mark.upperBound...]) else { continue }
            let start = line[..<mark.lowerBound].lastIndex(of: " ").map { line.index(after: $0) } ?? line.startIndex
            let (folder, file) = Self.split(path, format)
            lines.append("\(line[..<start])\(door)/feed/\(feeds.count)\(file)")
            feeds.append(Feed(url: "\(upstream)/\(folder)"))
        }
        var names = Set(lines.compactMap(Self.feedName))
        for repository in repositories {
            let (path, file) = Self.split(repository.url.description, format)
            let folder = path.hasSuffix("/") ? String(path.dropLast()) : path
            switch format {
            case .opkg:
                // opkg passes over a second feed of a name.
                var name = repository.name
                while !names.insert(name).inserted { name += "_" }
                lines.append("src/gz \(name) \(door)/feed/\(feeds.count)")
            case .apk: lines.append("\(door)/feed/\(feeds.count)\(file.isEmpty ? "/packages.adb" : file)")
            }
            feeds.append(Feed(url: folder))
        }
        text = lines.joined(separator: "\n") + "\n"
        self.feeds = feeds
    }

    /// A build's words with the door's addresses turned back into those of the feeds, which people know.
    ///
    /// - Parameters:
    ///   - text: What the build said.
    ///   - door: The address that the file was made with.
    ///   - feeds: The feeds in the door's order.
    /// - Returns: The same with other addresses.
    static func namingUpstream(_ text: String, door: String, _ feeds: [Feed]) -> String {
        let pieces = text.components(separatedBy: "\(door)/feed/")
        return pieces.dropFirst().reduce(pieces[0]) { result, piece in
            let number = piece.prefix { $0.isNumber }
            guard let index = Int(number), feeds.indices.contains(index) else { return result + piece }
            return result + feeds[index].url + piece.dropFirst(number.count)
        }
    }

    /// The name that an opkg line gives a feed.
    private static func feedName(_ line: String) -> String? {
        let words = line.split(whereSeparator: \.isWhitespace)
        guard let first = words.first, first == "src" || first == "src/gz", words.count > 1 else { return nil }
        return String(words[1])
    }

    /// What follows the host: from `releases/` or `snapshots/` on, so that a mirror's own prefix is dropped.
    private static func path(_ rest: Substring) -> String? {
        for root in ["/releases/", "/snapshots/"] {
            guard let found = rest.firstRange(of: root) else { continue }
            let path = rest[rest.index(after: found.lowerBound)...].prefix { $0 != " " }
            guard !path.contains("..") else { return nil }
            return path.hasSuffix("/") ? String(path.dropLast()) : String(path)
        }
        return nil
    }

    /// apk's lines end in the index file, opkg's in the folder.
    private static func split(_ path: String, _ format: PackageFormat) -> (folder: String, file: String) {
        guard format == .apk, path.hasSuffix(".adb"), let slash = path.lastIndex(of: "/") else { return (path, "") }
        return (String(path[..<slash]), String(path[slash...]))
    }
}
