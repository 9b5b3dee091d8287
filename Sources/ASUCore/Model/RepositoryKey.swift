internal import Foundation

/// A public key for an extra repository: a PEM block (apk) or a usign key (opkg), as text.
package struct RepositoryKey: Sendable, Hashable {
    package static let maxLength = 4096

    package let text: String

    /// - Returns: `nil` unless `text` is a PEM block `PUBLIC KEY` or a usign key line (56 base64 digits, with or
    ///   without a comment line, which 19.07 images ship without its usual prefix).
    package init?(_ text: String) {
        guard text.utf8.count <= Self.maxLength else { return nil }
        let lines = text.split(whereSeparator: \.isNewline).map { $0.trimmingSpaces() }.filter { !$0.isEmpty }
        if lines.first?.hasPrefix("-----BEGIN") == true {
            guard lines.count >= 3, lines.first == "-----BEGIN PUBLIC KEY-----",
                lines.last == "-----END PUBLIC KEY-----",
                Self.bytes(lines.dropFirst().dropLast().joined())?.isEmpty == false
            else { return nil }
            self.text = lines.joined(separator: "\n") + "\n"
        } else {
            guard let line = lines.last, lines.count <= 2, line.utf8.count == 56, line.hasPrefix("RW"),
                Self.bytes(line)?.count == 42
            else { return nil }
            self.text = line
        }
    }

    /// What `base64` stands for, if that is how the encoding is written; the decoder itself takes more.
    private static func bytes(_ base64: String) -> Data? {
        guard let bytes = Data(base64Encoded: base64), bytes.base64EncodedString() == base64 else { return nil }
        return bytes
    }

    /// Whether this is a PEM block (apk) and not a usign key (opkg).
    package var isPEM: Bool { text.hasPrefix("-----BEGIN") }
}

extension Substring {
    fileprivate func trimmingSpaces() -> String {
        String(drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }
}
