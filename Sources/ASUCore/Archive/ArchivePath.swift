/// A name inside an archive: relative, without empty, `.` and `..` parts, printable, bounded.
struct ArchivePath: Hashable {
    static let maxLength = 1024

    let parts: [Substring]

    var text: String { parts.joined(separator: "/") }

    /// Parses an entry's name or a hard link's target; the reason is a sentence for ``ArchiveError/reason``.
    init(_ name: String) throws(Refusal) {
        guard !name.isEmpty, name.utf8.count <= Self.maxLength else {
            throw Refusal("names must have 1 to \(Self.maxLength) bytes, this one has \(name.utf8.count)")
        }
        guard !name.utf8.contains(where: { $0 < 0x20 || $0 == 0x7f }) else {
            throw Refusal("control characters in names are not accepted")
        }
        guard !name.hasPrefix("/") else { throw Refusal("absolute names are not accepted") }
        parts = name.split(separator: "/").filter { $0 != "." }
        guard !parts.contains("..") else { throw Refusal("names with \"..\" are not accepted") }
    }

    private init(parts: [Substring]) {
        self.parts = parts
    }

    /// The path without its first `count` folders; `nil` if nothing is left.
    func stripping(_ count: Int) -> ArchivePath? {
        parts.count > count ? ArchivePath(parts: Array(parts.dropFirst(count))) : nil
    }

    /// Checks a symbolic link that lies at this path.
    ///
    /// Absolute targets are accepted: ImageBuilders link to host tools, and nothing is ever written through a link.
    func checkLink(to target: String) throws(Refusal) {
        guard !target.isEmpty, target.utf8.count <= Self.maxLength,
            !target.utf8.contains(where: { $0 < 0x20 || $0 == 0x7f })
        else { throw Refusal("the link's target is empty, too long or holds control characters") }
        if target.hasPrefix("/") { return }
        var depth = parts.count - 1
        for part in target.split(separator: "/") where part != "." {
            depth += part == ".." ? -1 : 1
            guard depth >= 0 else {
                throw Refusal("the symbolic link to \(target.prefix(200).debugDescription) leaves the archive")
            }
        }
    }

    /// Why a name is not accepted.
    struct Refusal: Error {
        let reason: String

        init(_ reason: String) {
            self.reason = reason
        }
    }
}
