internal import Crypto

extension UsignPublicKey {
    /// Whether `signature` is this key's signature of `message`.
    package func isValid(_ signature: UsignSignature, for message: [UInt8]) -> Bool {
        // The library refuses only keys of a wrong length, which parsing already did.
        guard let publicKey = try? Curve25519.Signing.PublicKey(rawRepresentation: key) else { return false }
        return publicKey.isValidSignature(signature.bytes, for: message)
    }
}
