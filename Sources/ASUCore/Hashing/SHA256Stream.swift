internal import Crypto

/// SHA-256 over data that comes in pieces.
package struct SHA256Stream: Sendable {
    private var hash = SHA256()

    /// Starts with no data.
    package init() {}

    /// Adds bytes.
    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        hash.update(bufferPointer: bytes)
    }

    /// Adds bytes.
    package mutating func update(_ bytes: some Collection<UInt8>) {
        let contiguous: Void? = bytes.withContiguousStorageIfAvailable { buffer in
            hash.update(bufferPointer: UnsafeRawBufferPointer(buffer))
        }
        if contiguous == nil {
            let copy = Array(bytes)
            copy.withUnsafeBytes { hash.update(bufferPointer: $0) }
        }
    }

    /// The digest of everything added so far; more may be added afterwards.
    package func finalize() -> SHA256Digest {
        var words: [UInt8] = []
        words.reserveCapacity(SHA256Digest.byteCount)
        words.append(contentsOf: hash.finalize())
        guard let digest = SHA256Digest(bytes: words) else {
            preconditionFailure("SHA-256 gave \(words.count) bytes")
        }
        return digest
    }
}

extension SHA256Digest {
    /// The digest of bytes in memory.
    package init(hashing bytes: some Collection<UInt8>) {
        var stream = SHA256Stream()
        stream.update(bytes)
        self = stream.finalize()
    }
}
