/// The public keys that a signature may come from.
package struct UsignKeyring: Sendable {
    private let keys: [String: [UsignPublicKey]]

    /// Makes a keyring; equal keys count once.
    package init(_ keys: some Sequence<UsignPublicKey>) {
        var byFingerprint: [String: [UsignPublicKey]] = [:]
        for key in keys where byFingerprint[key.fingerprint]?.contains(key) != true {
            byFingerprint[key.fingerprint, default: []].append(key)
        }
        self.keys = byFingerprint
    }

    /// The fingerprints of all keys, sorted.
    package var fingerprints: [String] { keys.keys.sorted() }

    /// Checks a detached signature.
    ///
    /// - Parameters:
    ///   - message: The signed bytes, exactly as they were downloaded.
    ///   - signature: The parsed `.sig` file.
    /// - Returns: The key that made the signature.
    /// - Throws: ``SignatureError`` `.unknownKey` or `.badSignature`.
    package func verify(_ message: [UInt8], _ signature: UsignSignature) throws(SignatureError) -> UsignPublicKey {
        guard let candidates = keys[signature.fingerprint] else {
            let known = fingerprints.isEmpty ? "none" : fingerprints.joined(separator: ", ")
            throw SignatureError(
                .unknownKey,
                "signed by key \(signature.fingerprint), which is not trusted; trusted keys: \(known)."
                    + " Add the signer's usign public key to trusted_keys if it should be."
            )
        }
        if let key = candidates.first(where: { $0.isValid(signature, for: message) }) { return key }
        throw SignatureError(
            .badSignature,
            "the signature by key \(signature.fingerprint) does not match the \(message.count) bytes signed:"
                + " one of the two files is damaged, outdated or forged"
        )
    }
}
