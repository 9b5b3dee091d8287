/// A package's version as an index spells it: up to 128 characters of `A-Za-z0-9._+,~-`.
package struct PackageVersion: Sendable, Hashable, CustomStringConvertible {
    package static let maxLength = 128

    package let text: String

    /// - Returns: `nil` if `text` is empty, too long or has another character.
    package init?(_ text: some StringProtocol) {
        guard !text.isEmpty, text.utf8.count <= Self.maxLength, ASCIISet.packageVersion.contains(allOf: text) else {
            return nil
        }
        self.text = String(text)
    }

    package var description: String { text }

    /// Orders two versions as opkg and apk do for the forms that OpenWrt uses: digits by value, a `~` before the end,
    /// letters before other signs.
    ///
    /// - Returns: A negative number if `self` is older, a positive one if it is newer, 0 if they are equal.
    package func compare(_ other: PackageVersion) -> Int {
        if text == other.text { return 0 }
        var (left, right) = (text, other.text)
        return left.withUTF8 { left in right.withUTF8 { Self.compare(left[...], $0[...]) } }
    }

    private typealias Bytes = Slice<UnsafeBufferPointer<UInt8>>

    private static func compare(_ left: Bytes, _ right: Bytes) -> Int {
        var (left, right) = (left, right)
        while !left.isEmpty || !right.isEmpty {
            let order = compareNonDigits(&left, &right)
            if order != 0 { return order }
            let numbers = compareDigits(&left, &right)
            if numbers != 0 { return numbers }
        }
        return 0
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }

    /// Debian's weights, which opkg took over: `~` sorts before the end, the end before letters, letters before signs.
    private static func weight(_ byte: UInt8?) -> Int {
        guard let byte, !isDigit(byte) else { return 0 }
        if byte == UInt8(ascii: "~") { return -1 }
        return ASCIISet.alphanumerics.contains(byte) ? Int(byte) : Int(byte) + 256
    }

    private static func compareNonDigits(_ left: inout Bytes, _ right: inout Bytes) -> Int {
        while left.first.map({ !isDigit($0) }) == true || right.first.map({ !isDigit($0) }) == true {
            let difference = weight(left.first) - weight(right.first)
            if difference != 0 { return difference }
            left = left.dropFirst()
            right = right.dropFirst()
        }
        return 0
    }

    private static func compareDigits(_ left: inout Bytes, _ right: inout Bytes) -> Int {
        let leftRun = left.prefix(while: isDigit)
        let rightRun = right.prefix(while: isDigit)
        left = left.dropFirst(leftRun.count)
        right = right.dropFirst(rightRun.count)
        let leftDigits = leftRun.drop { $0 == 48 }
        let rightDigits = rightRun.drop { $0 == 48 }
        if leftDigits.count != rightDigits.count { return leftDigits.count - rightDigits.count }
        for (one, two) in zip(leftDigits, rightDigits) where one != two { return Int(one) - Int(two) }
        return 0
    }
}
