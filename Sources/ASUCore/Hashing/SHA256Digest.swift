/// A SHA-256 digest: 32 bytes, written as 64 lower-case hexadecimal digits.
///
/// Ordered as its hexadecimal text is.
package struct SHA256Digest: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The digest's length in bytes.
    package static let byteCount = 32

    // Four big-endian words: no heap, and comparing them is comparing the bytes.
    private let words: InlineWords

    private struct InlineWords: Hashable, Sendable {
        var a: UInt64
        var b: UInt64
        var c: UInt64
        var d: UInt64
    }

    /// Makes a digest of its raw bytes.
    ///
    /// - Parameter bytes: Exactly 32 bytes; anything else gives `nil`.
    package init?(bytes: some Sequence<UInt8>) {
        var words = InlineWords(a: 0, b: 0, c: 0, d: 0)
        var count = 0
        for byte in bytes {
            switch count / 8 {
            case 0: words.a = words.a << 8 | UInt64(byte)
            case 1: words.b = words.b << 8 | UInt64(byte)
            case 2: words.c = words.c << 8 | UInt64(byte)
            case 3: words.d = words.d << 8 | UInt64(byte)
            default: return nil
            }
            count += 1
        }
        guard count == Self.byteCount else { return nil }
        self.words = words
    }

    /// Parses the 64 digits that `description` writes.
    ///
    /// - Parameter hex: Exactly 64 digits of `0-9a-f`; upper case, spaces and other lengths give `nil`.
    package init?(hex: some StringProtocol) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.byteCount)
        var high: UInt8?
        for character in hex.utf8 {
            guard bytes.count < Self.byteCount, let nibble = Self.nibble(character) else { return nil }
            if let first = high {
                bytes.append(first << 4 | nibble)
                high = nil
            } else {
                high = nibble
            }
        }
        guard high == nil else { return nil }
        self.init(bytes: bytes)
    }

    /// The 32 raw bytes.
    package var bytes: [UInt8] {
        [words.a, words.b, words.c, words.d].flatMap { word in
            (0..<8).map { UInt8(truncatingIfNeeded: word >> (56 - 8 * $0)) }
        }
    }

    /// All 64 digits, lower case.
    package var hex: String {
        let digits: StaticString = "0123456789abcdef"
        let table = UnsafeBufferPointer(start: digits.utf8Start, count: 16)
        return String(unsafeUninitializedCapacity: 2 * Self.byteCount) { buffer in
            var position = 0
            for word in [words.a, words.b, words.c, words.d] {
                for shift in stride(from: 60, through: 0, by: -4) {
                    buffer[position] = table[Int(word >> UInt64(shift) & 0xf)]
                    position += 1
                }
            }
            return position
        }
    }

    /// The same as ``hex``.
    package var description: String { hex }

    /// Compares as the hexadecimal texts compare.
    package static func < (left: SHA256Digest, right: SHA256Digest) -> Bool {
        (left.words.a, left.words.b, left.words.c, left.words.d)
            < (right.words.a, right.words.b, right.words.c, right.words.d)
    }

    private static func nibble(_ character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
