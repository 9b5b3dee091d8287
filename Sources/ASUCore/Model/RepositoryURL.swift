/// The address of a package repository in one normal form, so that two spellings of it compare equal.
///
/// Only plain `http` and `https` addresses are taken: no user, no query, no fragment, no percent signs and no `.` or
/// `..` in the path. The peer compared raw texts and let `allowed/../evil` and another port through.
package struct RepositoryURL: Sendable, Hashable, CustomStringConvertible {
    package static let maxLength = 512

    package let scheme: String
    /// Lower case; an IPv6 address keeps its brackets.
    package let host: String
    package let port: Int
    /// The parts of the path, without slashes; none is empty, `.` or `..`.
    package let path: [String]

    private static let hostCharacters = ASCIISet("abcdefghijklmnopqrstuvwxyz0123456789.-")
    private static let addressCharacters = ASCIISet("abcdef0123456789:.")
    private static let pathCharacters = ASCIISet(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~+-=:@,"
    )

    /// - Returns: `nil` if `text` is not such an address.
    package init?(_ text: String) {
        // Outside ASCII there are letters whose lower case is ASCII: another spelling of another host.
        guard text.utf8.count <= Self.maxLength, text.utf8.allSatisfy({ $0 < 128 }),
            let mark = text.firstRange(of: "://")
        else { return nil }
        let scheme = text[..<mark.lowerBound].lowercased()
        guard scheme == "http" || scheme == "https" else { return nil }
        let rest = text[mark.upperBound...]
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        guard let authority = Self.parseAuthority(rest[..<slash].lowercased(), scheme: scheme) else { return nil }
        let path = rest[slash...].split(separator: "/").map(String.init)
        guard path.allSatisfy({ $0 != "." && $0 != ".." && Self.pathCharacters.contains(allOf: $0) }) else {
            return nil
        }
        self.scheme = scheme
        (host, port) = authority
        self.path = path
    }

    private static func parseAuthority(_ text: String, scheme: String) -> (String, Int)? {
        let defaultPort = scheme == "https" ? 443 : 80
        let host: Substring
        let portText: Substring?
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            host = text[...end]
            let tail = text[text.index(after: end)...]
            guard tail.isEmpty || tail.hasPrefix(":") else { return nil }
            portText = tail.isEmpty ? nil : tail.dropFirst()
            guard host.count > 2, addressCharacters.contains(allOf: host.dropFirst().dropLast()) else { return nil }
        } else {
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count <= 2, let first = parts.first, let start = first.utf8.first,
                ASCIISet.alphanumerics.contains(start), hostCharacters.contains(allOf: first)
            else { return nil }
            host = first
            portText = parts.count == 2 ? parts[1] : nil
        }
        guard let portText else { return (String(host), defaultPort) }
        guard portText.utf8.count <= 5, portText.utf8.allSatisfy({ (48...57).contains($0) }),
            let port = Int(portText), (1...65_535).contains(port)
        else { return nil }
        return (String(host), port)
    }

    package var description: String {
        let isDefault = port == (scheme == "https" ? 443 : 80)
        return "\(scheme)://\(host)\(isDefault ? "" : ":\(port)")/\(path.joined(separator: "/"))"
    }

    /// Whether `self` is `other` or lies below it: same scheme, host and port, and a path that begins with its path.
    package func isAtOrBelow(_ other: RepositoryURL) -> Bool {
        scheme == other.scheme && host == other.host && port == other.port && path.starts(with: other.path)
    }
}
