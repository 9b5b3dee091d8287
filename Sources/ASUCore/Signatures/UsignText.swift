/// The form that usign keys and signatures share: an optional comment line, then one line of base64.
///
/// The payload is `Ed`, eight bytes that name the key, and the key or signature itself.
struct UsignText {
    static let maxLength = 4096

    let comment: String
    let fingerprint: String
    let payload: [UInt8]

    init(_ text: String, kind: String, payloadLength: Int) throws(SignatureError) {
        guard text.utf8.count <= Self.maxLength else {
            throw SignatureError(
                .malformed,
                "usign \(kind): \(text.utf8.count) bytes, at most \(Self.maxLength) expected"
            )
        }
        let lines = text.utf8.split(whereSeparator: { $0 == 10 || $0 == 13 })
        guard let data = lines.last, lines.count <= 2 else {
            throw SignatureError(
                .malformed,
                "usign \(kind): \(lines.count) lines, expected a comment line and one line of base64"
            )
        }
        guard let bytes = Self.decodeBase64(data) else {
            throw SignatureError(.malformed, "usign \(kind): the last line is not base64")
        }
        guard bytes.count == 10 + payloadLength, bytes.starts(with: "Ed".utf8) else {
            throw SignatureError(
                .malformed,
                "usign \(kind): expected \"Ed\" and \(8 + payloadLength) bytes more, found \(bytes.count) bytes"
            )
        }
        let note = lines.count == 2 ? String(decoding: lines[0], as: UTF8.self) : ""
        let prefix = "untrusted comment: "
        comment = note.hasPrefix(prefix) ? String(note.dropFirst(prefix.count)) : note
        fingerprint = bytes[2..<10].map(Self.hex).joined()
        payload = Array(bytes[10...])
    }

    private static func hex(_ byte: UInt8) -> String {
        (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }

    /// Strict base64: whole groups of four, padding only at the end, unused bits zero.
    static func decodeBase64(_ text: some Collection<UInt8>) -> [UInt8]? {
        guard !text.isEmpty, text.count % 4 == 0 else { return nil }
        var bytes: [UInt8] = []
        var group: UInt32 = 0
        var filled = 0
        var padding = 0
        for character in text {
            let value: UInt32
            switch character {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): value = UInt32(character - UInt8(ascii: "A"))
            case UInt8(ascii: "a")...UInt8(ascii: "z"): value = UInt32(character - UInt8(ascii: "a")) + 26
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = UInt32(character - UInt8(ascii: "0")) + 52
            case UInt8(ascii: "+"): value = 62
            case UInt8(ascii: "/"): value = 63
            case UInt8(ascii: "="):
                padding += 1
                value = 0
            default: return nil
            }
            if padding > 0 && character != UInt8(ascii: "=") { return nil }
            group = group << 6 | value
            filled += 1
            if filled == 4 {
                bytes.append(UInt8(truncatingIfNeeded: group >> 16))
                bytes.append(UInt8(truncatingIfNeeded: group >> 8))
                bytes.append(UInt8(truncatingIfNeeded: group))
                group = 0
                filled = 0
            }
        }
        guard padding <= 2, bytes.suffix(padding).allSatisfy({ $0 == 0 }) else { return nil }
        bytes.removeLast(padding)
        return bytes
    }
}
