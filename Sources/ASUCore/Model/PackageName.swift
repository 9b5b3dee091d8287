/// The name of an OpenWrt package: 1 to 100 characters of `A-Za-z0-9._+-`, the first a letter or a digit.
///
/// The characters are those that real indexes use (longest name seen: 50); none of them means anything to a shell, to
/// make or in a path.
package struct PackageName: Sendable, Hashable, Comparable, CustomStringConvertible {
    package static let maxLength = 100

    package let text: String

    /// - Returns: `nil` if `text` is not a well-formed name.
    package init?(_ text: some StringProtocol) {
        guard let first = text.utf8.first, text.utf8.count <= Self.maxLength,
            ASCIISet.alphanumerics.contains(first), ASCIISet.package.contains(allOf: text)
        else { return nil }
        self.text = String(text)
    }

    package var description: String { text }

    package static func < (left: PackageName, right: PackageName) -> Bool { left.text < right.text }
}
