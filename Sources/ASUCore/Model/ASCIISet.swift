/// A set of ASCII characters, kept as 128 bits: the allow-lists by which names are parsed.
package struct ASCIISet: Sendable {
    private let low: UInt64
    private let high: UInt64

    /// - Parameter characters: The members; anything outside ASCII is left out.
    package init(_ characters: String) {
        var low: UInt64 = 0
        var high: UInt64 = 0
        for byte in characters.utf8 {
            if byte < 64 {
                low |= 1 << UInt64(byte)
            } else if byte < 128 {
                high |= 1 << UInt64(byte - 64)
            }
        }
        self.low = low
        self.high = high
    }

    package func contains(_ byte: UInt8) -> Bool {
        byte < 64 ? low >> UInt64(byte) & 1 == 1 : byte < 128 && high >> UInt64(byte - 64) & 1 == 1
    }

    /// Whether every byte of `text` is a member.
    package func contains(allOf text: some StringProtocol) -> Bool {
        // Without a closure for each byte, where the text lies in one piece, as it does nearly always.
        text.utf8.withContiguousStorageIfAvailable { bytes in
            for byte in bytes where !contains(byte) { return false }
            return true
        } ?? text.utf8.allSatisfy(contains)
    }

    private static let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    private static let digits = "0123456789"

    /// Letters and digits.
    package static let alphanumerics = ASCIISet(letters + digits)
    /// `A-Za-z0-9_-`: the two parts of a target.
    package static let target = ASCIISet(letters + digits + "_-")
    /// `A-Za-z0-9._-`: versions, profile ids, repository names.
    package static let name = ASCIISet(letters + digits + "._-")
    /// `A-Za-z0-9._+-`: package names; `+` occurs in one fork and in C++ libraries.
    package static let package = ASCIISet(letters + digits + "._+-")
    /// `A-Za-z0-9._+,~-`: package versions.
    package static let packageVersion = ASCIISet(letters + digits + "._+,~-")
}
