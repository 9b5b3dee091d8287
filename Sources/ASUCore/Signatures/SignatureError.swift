/// A key, a signature or a checksum file that is not what it should be.
package struct SignatureError: Error, Sendable, CustomStringConvertible {
    /// What went wrong.
    package enum Code: Sendable, Hashable {
        /// The text is no usign key, usign signature or sha256sums file.
        case malformed
        /// The signature names a key that the keyring does not have.
        case unknownKey
        /// The key is known, and the signature is not its signature of this message.
        case badSignature
    }

    /// What went wrong.
    package let code: Code
    /// The sentence for the operator.
    package let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
