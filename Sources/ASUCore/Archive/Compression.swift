internal import CArchive
internal import Glibc

/// gzip and zstd of bytes in memory.
///
/// Blocking, on the calling thread.
package enum Compression {
    /// What was wrong with the input.
    package struct Failure: Error, Sendable, CustomStringConvertible {
        /// What went wrong.
        package enum Code: Sendable, Hashable {
            /// The input is neither gzip nor zstd, or is damaged or truncated.
            case corrupt
            /// The output would be longer than allowed.
            case tooLarge
            /// The library failed; nothing is wrong with the input.
            case library
        }

        /// What went wrong.
        package let code: Code
        /// One line for the operator.
        package let description: String
    }

    /// Compresses to one gzip member without a time stamp: equal input gives equal output.
    ///
    /// - Parameters:
    ///   - bytes: What to compress.
    ///   - level: 1 (fast) to 9 (small).
    /// - Returns: The compressed bytes.
    /// - Throws: ``Failure`` `.library`.
    package static func gzip(_ bytes: [UInt8], level: Int = 6) throws(Failure) -> [UInt8] {
        try compress(bytes, filter: "gzip", level: min(max(level, 1), 9), archive_write_add_filter_gzip)
    }

    /// Compresses to one zstd frame.
    ///
    /// - Parameters:
    ///   - bytes: What to compress.
    ///   - level: 1 (fast) to 19 (small).
    /// - Returns: The compressed bytes.
    /// - Throws: ``Failure`` `.library`.
    package static func zstd(_ bytes: [UInt8], level: Int = 3) throws(Failure) -> [UInt8] {
        try compress(bytes, filter: "zstd", level: min(max(level, 1), 19), archive_write_add_filter_zstd)
    }

    /// Decompresses one gzip member or zstd, told apart by their first bytes.
    ///
    /// - Parameters:
    ///   - bytes: The compressed bytes, nothing before or after them.
    ///   - maxBytes: Longest output accepted; no more than this and 64 KB is ever held.
    /// - Returns: The decompressed bytes.
    /// - Throws: ``Failure``.
    package static func decompress(_ bytes: [UInt8], maxBytes: Int) throws(Failure) -> [UInt8] {
        let filter: Int32
        if bytes.starts(with: [0x1f, 0x8b]) {
            filter = ARCHIVE_FILTER_GZIP
        } else if bytes.starts(with: [0x28, 0xb5, 0x2f, 0xfd]) {
            filter = ARCHIVE_FILTER_ZSTD
        } else {
            throw Failure(code: .corrupt, description: "the data is neither gzip nor zstd")
        }
        guard let reader = archive_read_new() else { throw noHandle }
        defer { archive_read_free(reader) }
        // Appended, not merely supported: libarchive would peel off compressed content's own layers too.
        guard archive_read_append_filter(reader, filter) == ARCHIVE_OK,
            archive_read_support_format_raw(reader) == ARCHIVE_OK,
            archive_read_support_format_empty(reader) == ARCHIVE_OK
        else { throw failure(.library, reader) }
        let result: Result<[UInt8], Failure> = bytes.withUnsafeBytes { input in
            Result { () throws(Failure) in try readAll(reader, input, maxBytes: maxBytes) }
        }
        let output = try result.get()
        // libarchive leaves gzip's check value and length alone.
        guard filter != ARCHIVE_FILTER_GZIP || CRC32.isGzipTrailer(bytes, of: output) else {
            throw Failure(code: .corrupt, description: "the gzip data is damaged: its check value does not match")
        }
        return output
    }

    private static func readAll(
        _ reader: OpaquePointer,
        _ input: UnsafeRawBufferPointer,
        maxBytes: Int
    ) throws(Failure) -> [UInt8] {
        guard archive_read_open_memory(reader, input.baseAddress, input.count) == ARCHIVE_OK else {
            throw failure(.corrupt, reader)
        }
        // Data that breaks off before its first byte of output would otherwise pass for empty.
        guard archive_errno(reader) == 0 else { throw failure(.corrupt, reader) }
        var entry: OpaquePointer?
        switch archive_read_next_header(reader, &entry) {
        case ARCHIVE_OK: break
        case ARCHIVE_EOF: return []
        default: throw failure(.corrupt, reader)
        }
        var output: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = buffer.withUnsafeMutableBytes { archive_read_data(reader, $0.baseAddress, $0.count) }
            guard count >= 0 else { throw failure(.corrupt, reader) }
            if count == 0 { return output }
            guard output.count + count <= maxBytes else {
                throw Failure(code: .tooLarge, description: "the data decompresses to more than \(maxBytes) bytes")
            }
            output.append(contentsOf: buffer[..<count])
        }
    }

    private static func compress(
        _ bytes: [UInt8],
        filter: String,
        level: Int,
        _ addFilter: (OpaquePointer?) -> Int32
    ) throws(Failure) -> [UInt8] {
        guard let writer = archive_write_new(), let entry = archive_entry_new() else { throw noHandle }
        defer {
            archive_write_free(writer)
            archive_entry_free(entry)
        }
        archive_entry_set_filetype(entry, asu_archive_regular_file)
        archive_entry_set_pathname(entry, "data")
        let output = OutputBuffer()
        let context = Unmanaged.passUnretained(output).toOpaque()
        guard archive_write_set_format_raw(writer) == ARCHIVE_OK, addFilter(writer) == ARCHIVE_OK,
            archive_write_set_filter_option(writer, filter, "compression-level", "\(level)") == ARCHIVE_OK,
            filter != "gzip" || archive_write_set_filter_option(writer, filter, "timestamp", nil) == ARCHIVE_OK,
            // No padding of the last block.
            archive_write_set_bytes_in_last_block(writer, 1) == ARCHIVE_OK,
            archive_write_open(writer, context, nil, collectOutput, nil) == ARCHIVE_OK,
            archive_write_header(writer, entry) == ARCHIVE_OK
        else { throw failure(.library, writer) }
        var position = 0
        while position < bytes.count {
            let count = bytes.withUnsafeBytes { input in
                archive_write_data(
                    writer,
                    input.baseAddress?.advanced(by: position),
                    min(input.count - position, 1 << 20)
                )
            }
            guard count > 0 else { throw failure(.library, writer) }
            position += count
        }
        guard archive_write_close(writer) == ARCHIVE_OK else { throw failure(.library, writer) }
        return output.bytes
    }

    private static var noHandle: Failure {
        Failure(code: .library, description: "libarchive gave no handle: out of memory")
    }

    private static func failure(_ code: Failure.Code, _ handle: OpaquePointer) -> Failure {
        Failure(code: code, description: "libarchive: \(ArchiveReader.reason(handle))")
    }
}

private final class OutputBuffer {
    var bytes: [UInt8] = []
}

private func collectOutput(
    _ archive: OpaquePointer?,
    _ context: UnsafeMutableRawPointer?,
    _ bytes: UnsafeRawPointer?,
    _ count: Int
) -> Int {
    guard let context, let bytes else { return 0 }
    Unmanaged<OutputBuffer>.fromOpaque(context).takeUnretainedValue()
        .bytes.append(contentsOf: UnsafeRawBufferPointer(start: bytes, count: count))
    return count
}
