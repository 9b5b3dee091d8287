internal import CArchive
internal import Glibc

/// A libarchive read handle; one thread at a time.
final class ArchiveReader {
    let handle: OpaquePointer
    let name: String

    private init(_ name: String) throws(ArchiveError) {
        guard let handle = archive_read_new() else {
            throw ArchiveError(.cannotOpen, archive: name, "libarchive gave no handle")
        }
        self.handle = handle
        self.name = name
    }

    deinit {
        archive_read_free(handle)
    }

    /// A tar file, plain or compressed by gzip, xz or zstd.
    convenience init(tarFile path: String) throws(ArchiveError) {
        try self.init(path)
        for support in [
            archive_read_support_filter_gzip, archive_read_support_filter_xz, archive_read_support_filter_zstd,
        ] {
            // ARCHIVE_WARN would mean: by an external program.
            try require(support(handle), .cannotOpen)
        }
        try acceptTar()
        if archive_read_open_filename(handle, path, 1 << 18) != ARCHIVE_OK {
            // Not the system's but libarchive's numbers: EILSEQ stands for an unknown format.
            let number = archive_errno(handle)
            throw error(number > 0 && number != EILSEQ ? .cannotOpen : .corrupt)
        }
    }

    /// A plain tar stream.
    convenience init(tarStream descriptor: Int32, name: String) throws(ArchiveError) {
        try self.init(name)
        try acceptTar()
        try require(archive_read_open_fd(handle, descriptor, 1 << 16), .corrupt)
    }

    /// The next entry's header, `nil` at the end.
    ///
    /// Valid until the next call.
    func next() throws(ArchiveError) -> OpaquePointer? {
        var entry: OpaquePointer?
        switch archive_read_next_header(handle, &entry) {
        case ARCHIVE_EOF: return nil
        // A warning is a name outside of the locale, which arrives as its bytes.
        case ARCHIVE_OK, ARCHIVE_WARN: return entry
        default: throw error(.corrupt)
        }
    }

    /// The next piece of the entry's data and its place in the file, `nil` at the end.
    ///
    /// Valid until the next call.
    func nextBlock(of entry: String) throws(ArchiveError) -> (bytes: UnsafeRawBufferPointer, offset: Int64)? {
        var start: UnsafeRawPointer?
        var count = 0
        var offset: Int64 = 0
        switch archive_read_data_block(handle, &start, &count, &offset) {
        case ARCHIVE_EOF: return nil
        case ARCHIVE_OK: return (UnsafeRawBufferPointer(start: start, count: count), offset)
        default: throw error(.corrupt, entry: entry)
        }
    }

    func error(_ code: ArchiveError.Code, entry: String? = nil) -> ArchiveError {
        ArchiveError(code, archive: name, entry: entry, Self.reason(handle))
    }

    /// libarchive's last error on a handle.
    static func reason(_ handle: OpaquePointer) -> String {
        guard let text = archive_error_string(handle) else { return "libarchive gave no reason" }
        return String(cString: text)
    }

    private func acceptTar() throws(ArchiveError) {
        try require(archive_read_support_format_tar(handle), .cannotOpen)
    }

    private func require(_ result: Int32, _ code: ArchiveError.Code) throws(ArchiveError) {
        guard result == ARCHIVE_OK else { throw error(code) }
    }
}
