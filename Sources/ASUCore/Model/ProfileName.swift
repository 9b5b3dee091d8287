/// A device's name as a client gives it or upstream lists it, with every comma turned into an underscore.
///
/// Clients send board names (`tplink,archer-c7-v2`), profile ids (`tplink_archer-c7-v2`) or old aliases; all of them
/// are compared in this one form. 1 to 100 characters of `A-Za-z0-9._-`, not beginning with a dot or a dash.
package struct ProfileName: Sendable, Hashable, Comparable, CustomStringConvertible {
    package static let maxLength = 100

    package let text: String

    /// - Returns: `nil` if `text` is not a well-formed name.
    package init?(_ text: some StringProtocol) {
        let sanitized = text.contains(",") ? String(text.map { $0 == "," ? "_" : $0 }) : String(text)
        guard let first = sanitized.utf8.first, sanitized.utf8.count <= Self.maxLength,
            first != UInt8(ascii: "."), first != UInt8(ascii: "-"), ASCIISet.name.contains(allOf: sanitized)
        else { return nil }
        self.text = sanitized
    }

    package var description: String { text }

    package static func < (left: ProfileName, right: ProfileName) -> Bool { left.text < right.text }
}
