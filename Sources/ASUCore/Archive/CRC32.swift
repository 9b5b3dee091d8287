/// The check value of gzip (RFC 1952, 8): polynomial 0xEDB88320, reflected.
enum CRC32 {
    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xedb8_8320 : value >> 1 }
    }

    static func checksum(_ bytes: [UInt8]) -> UInt32 {
        table.withUnsafeBufferPointer { table in
            ~bytes.reduce(~UInt32(0)) { value, byte in
                table[Int(UInt8(truncatingIfNeeded: value) ^ byte)] ^ value >> 8
            }
        }
    }

    /// Whether a gzip member ends with the check value and length of what it holds.
    static func isGzipTrailer(_ member: [UInt8], of contents: [UInt8]) -> Bool {
        // The shortest member: 10 bytes of header, 2 of an empty block, 8 of trailer.
        guard member.count >= 20 else { return false }
        func word(_ bytes: ArraySlice<UInt8>) -> UInt32 {
            bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
        }
        return word(member.suffix(4)) == UInt32(truncatingIfNeeded: contents.count)
            && word(member.suffix(8).prefix(4)) == checksum(contents)
    }
}
