/// A usign (signify) public key: Ed25519 with an eight-byte name.
package struct UsignPublicKey: Sendable, Hashable, CustomStringConvertible {
    /// The key's name, 16 lower-case hexadecimal digits; signatures carry it.
    package let fingerprint: String
    /// The comment line without its prefix; empty if there is none.
    ///
    /// Not signed, so for people only.
    package let comment: String

    /// The key itself, 32 bytes.
    let key: [UInt8]

    /// Parses a key file.
    ///
    /// - Parameter text: One comment line, which may be absent or lack its prefix, and one line of base64; the
    ///   last newline may be absent (19.07 images ship such a file). At most 4 KB.
    /// - Throws: ``SignatureError`` `.malformed`.
    package init(_ text: String) throws(SignatureError) {
        let parsed = try UsignText(text, kind: "public key", payloadLength: 32)
        fingerprint = parsed.fingerprint
        comment = parsed.comment
        key = parsed.payload
    }

    /// The fingerprint and the comment.
    package var description: String {
        comment.isEmpty ? fingerprint : "\(fingerprint) (\(comment))"
    }
}
