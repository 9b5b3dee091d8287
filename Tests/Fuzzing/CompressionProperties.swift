enum CompressionProperties {
    private static let limit = 1 << 20

    static func check(_ bytes: [UInt8]) {
        if let output = decompressed(bytes, limit: limit) {
            require(output.count <= limit, "no more comes out than allowed")
            require(decompressed(bytes, limit: output.count) == output, "exactly as much is enough")
            if !output.isEmpty { require(decompressed(bytes, limit: output.count - 1) == nil, "a byte less isn't") }
        }
        let part = Array(bytes.prefix(4096))
        guard let gzip = try? Compression.gzip(part, level: 1), let zstd = try? Compression.zstd(part, level: 1) else {
            require(false, "everything can be compressed")
            return
        }
        for packed in [gzip, zstd] {
            require(decompressed(packed, limit: part.count) == part, "what went in comes out")
            require(decompressed(Array(packed.dropLast()), limit: limit) == nil, "a truncated end is refused")
        }
    }

    private static func decompressed(_ bytes: [UInt8], limit: Int) -> [UInt8]? {
        do {
            return try Compression.decompress(bytes, maxBytes: limit)
        } catch {
            require(error.code != .library, "\(error)")
            return nil
        }
    }
}
