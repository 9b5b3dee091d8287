import Crypto

/// A Lua script that the server runs as one step; sent by its SHA-1 digest once the server knows it.
package struct RedisScript: Sendable {
    /// The Lua source.
    package let source: String
    /// The SHA-1 of the source in lower-case hexadecimal, the name `EVALSHA` takes.
    package let digest: String
    /// A name for messages.
    package let name: String

    /// Creates a script; hashes the source, so keep it.
    package init(name: String, _ source: String) {
        self.name = name
        self.source = source
        self.digest = Insecure.SHA1.hash(data: Array(source.utf8))
            .reduce(into: "") { text, byte in
                let digits = String(byte, radix: 16)
                text += digits.utf8.count == 1 ? "0" + digits : digits
            }
    }
}
