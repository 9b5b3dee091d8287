internal import CArchive
internal import Glibc

/// Writes entries below one folder through libarchive's disk writer; one thread at a time.
final class TreeWriter {
    private let handle: OpaquePointer
    private let archive: String
    private let root: String
    /// Files written so far: the only things a hard link may point at.
    private var files: Set<String> = []

    // `root` is absolute and free of links.
    init(archive: String, root: String) throws(ArchiveError) {
        guard let handle = archive_write_disk_new() else {
            throw ArchiveError(.writeFailed, archive: archive, "libarchive gave no handle")
        }
        self.handle = handle
        self.archive = archive
        self.root = root
        let flags =
            ARCHIVE_EXTRACT_PERM | ARCHIVE_EXTRACT_TIME | ARCHIVE_EXTRACT_SECURE_SYMLINKS
            | ARCHIVE_EXTRACT_SECURE_NODOTDOT
        guard archive_write_disk_set_options(handle, flags) == ARCHIVE_OK else { throw failure(entry: nil) }
    }

    deinit {
        archive_write_free(handle)
    }

    /// Checks an entry and makes its names absolute; false if it is to be skipped.
    func prepare(_ entry: OpaquePointer, name: String, strip: Int) throws(ArchivePath.Refusal) -> Bool {
        let path = try ArchivePath(name)
        let isLink = archive_entry_hardlink(entry) != nil
        let type = archive_entry_filetype(entry)
        let isFolder = !isLink && type == asu_archive_folder
        guard let place = path.stripping(strip) else {
            if isFolder { return false }
            throw ArchivePath.Refusal("it is not inside of the \(strip) folder(s) expected at the top")
        }
        if let target = archive_entry_hardlink(entry) {
            guard let file = try ArchivePath(String(cString: target)).stripping(strip), files.contains(file.text) else {
                throw ArchivePath.Refusal("the hard link's target is no earlier file of the archive")
            }
            archive_entry_copy_hardlink(entry, "\(root)/\(file.text)")
        } else {
            switch type {
            case asu_archive_regular_file, asu_archive_folder: break
            case asu_archive_symbolic_link:
                try place.checkLink(to: archive_entry_symlink(entry).map { String(cString: $0) } ?? "")
            default: throw ArchivePath.Refusal("only files, folders and links are accepted")
            }
        }
        archive_entry_set_perm(entry, archive_entry_perm(entry) & 0o777)
        archive_entry_copy_pathname(entry, "\(root)/\(place.text)")
        if isLink || type == asu_archive_regular_file {
            files.insert(place.text)
        } else {
            files.remove(place.text)
        }
        return true
    }

    /// Whether the entry's size counts.
    func hasData(_ entry: OpaquePointer) -> Bool {
        archive_entry_size_is_set(entry) != 0
    }

    func begin(_ entry: OpaquePointer, name: String) throws(ArchiveError) {
        try require(archive_write_header(handle, entry), entry: name)
    }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64, name: String) throws(ArchiveError) {
        let result = archive_write_data_block(handle, bytes.baseAddress, bytes.count, offset)
        guard result >= Int(ARCHIVE_WARN) else { throw failure(entry: name) }
    }

    func finishEntry(name: String) throws(ArchiveError) {
        try require(archive_write_finish_entry(handle), entry: name)
    }

    /// Sets what can only be set at the end, such as the folders' times.
    func close() throws(ArchiveError) {
        try require(archive_write_close(handle), entry: nil)
    }

    private func require(_ result: Int32, entry: String?) throws(ArchiveError) {
        // Warnings are about times and the like that the file system does not take.
        guard result == ARCHIVE_OK || result == ARCHIVE_WARN else { throw failure(entry: entry) }
    }

    private func failure(entry: String?) -> ArchiveError {
        let reason = ArchiveReader.reason(handle)
        switch archive_errno(handle) {
        case ENOSPC, EDQUOT:
            return ArchiveError(.diskFull, archive: archive, entry: entry, "the disk is full: \(reason)")
        case _ where reason.contains("symlink"):
            return ArchiveError(.unsafeEntry, archive: archive, entry: entry, reason)
        default:
            return ArchiveError(.writeFailed, archive: archive, entry: entry, reason)
        }
    }
}
