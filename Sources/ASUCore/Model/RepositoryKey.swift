/// A public key for an extra repository: a PEM block (apk) or a usign key (opkg), as text.
package struct RepositoryKey: Sendable, Hashable {
    package static let maxLength = 4096

    package let text: String

    private static let base64 = ASCIISet("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=")

    /// - Returns: `nil` unless `text` is a PEM block `PUBLIC KEY` or a usign key line (56 base64 digits, with or
    ///   without its comment line).
    package init?(_ text: String) {
        guard text.utf8.count <= Self.maxLength else { return nil }
        let lines = text.split(whereSeparator: \.isNewline).map { $0.trimmingSpaces() }.filter { !$0.isEmpty }
        if lines.first?.hasPrefix("-----BEGIN") == true {
            guard lines.count >= 3, lines.first == "-----BEGIN PUBLIC KEY-----",
                lines.last == "-----END PUBLIC KEY-----",
                lines.dropFirst().dropLast().allSatisfy({ Self.base64.contains(allOf: $0) })
            else { return nil }
            self.text = lines.joined(separator: "\n") + "\n"
        } else {
            guard let line = lines.last, lines.count <= 2, line.utf8.count == 56, line.hasPrefix("RW"),
                Self.base64.contains(allOf: line), lines.count == 1 || lines[0].hasPrefix("untrusted comment:")
            else { return nil }
            self.text = line
        }
    }

    /// Whether this is a PEM block (apk) and not a usign key (opkg).
    package var isPEM: Bool { text.hasPrefix("-----BEGIN") }
}

extension Substring {
    fileprivate func trimmingSpaces() -> String {
        String(drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }
}
