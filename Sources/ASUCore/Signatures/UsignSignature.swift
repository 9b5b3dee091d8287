/// A usign (signify) signature file: 64 bytes of Ed25519 and the name of the key that made it.
package struct UsignSignature: Sendable, Hashable {
    /// The signing key's name, 16 lower-case hexadecimal digits.
    package let fingerprint: String
    /// The comment line without its prefix; empty if there is none.
    ///
    /// Not signed.
    package let comment: String
    /// The signature itself, 64 bytes.
    package let bytes: [UInt8]

    /// Parses a signature file such as `sha256sums.sig` or `Packages.sig`.
    ///
    /// - Parameter text: An optional comment line and one line of base64, at most 4 KB.
    /// - Throws: ``SignatureError`` `.malformed`.
    package init(_ text: String) throws(SignatureError) {
        let parsed = try UsignText(text, kind: "signature", payloadLength: 64)
        fingerprint = parsed.fingerprint
        comment = parsed.comment
        bytes = parsed.payload
    }
}
