internal import CArchive
internal import Glibc

/// Takes a build's files out of its sandbox: a plain tar stream, of which nothing is trusted.
///
/// Only regular files with plain names are accepted, all in one folder. A leading `./` is taken off, and an entry for
/// `./` itself is skipped; every other entry ends the reading with an error.
package struct ArtifactStreamReader: Sendable {
    /// Bounds on the stream.
    package struct Limits: Sendable {
        /// Most files.
        package var files: Int
        /// Most bytes of one file.
        package var bytesPerFile: Int64
        /// Most bytes of all files together.
        package var totalBytes: Int64

        /// Room for any device's images.
        package init(files: Int = 500, bytesPerFile: Int64 = 2 << 30, totalBytes: Int64 = 4 << 30) {
            self.files = files
            self.bytesPerFile = bytesPerFile
            self.totalBytes = totalBytes
        }
    }

    /// One file taken over.
    package struct Artifact: Sendable, Hashable {
        /// Its name in the folder.
        package let name: String
        /// Its size in bytes.
        package let size: Int64
        /// The digest of its contents.
        package let sha256: SHA256Digest
    }

    private let limits: Limits
    private let accepts: @Sendable (String) -> Bool

    /// Makes a reader.
    ///
    /// - Parameters:
    ///   - limits: The bounds.
    ///   - accepts: Whether a name is wanted, asked after ``isPlainName(_:)``; a refusal is an error.
    package init(limits: Limits = Limits(), accepts: @escaping @Sendable (String) -> Bool = { _ in true }) {
        self.limits = limits
        self.accepts = accepts
    }

    /// Whether a name is 1 to 255 characters of `A-Za-z0-9-._+~`, beginning with a letter or digit.
    package static func isPlainName(_ name: String) -> Bool {
        guard let first = name.utf8.first, name.utf8.count <= 255, isAlphanumeric(first) else { return false }
        return name.utf8.allSatisfy { isAlphanumeric($0) || "-._+~".utf8.contains($0) }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }

    /// Reads the stream on a thread of its own.
    ///
    /// - Parameters:
    ///   - descriptor: The stream, such as a pipe's read end; stays open, and the caller's.
    ///   - directory: An existing folder; no file of a name in the stream may exist. What was written stays there
    ///     after a failure, for the caller to remove. Files get mode 0644.
    /// - Returns: The files in the stream's order.
    /// - Throws: ``ArchiveError``. A cancelled task gives `.cancelled` when the next data arrives: to end a silent
    ///   stream, end its writer.
    package func read(from descriptor: Int32, into directory: String) async throws -> [Artifact] {
        try await CancellationFlag.withOwnThread { cancelled in
            try readBlocking(from: descriptor, into: directory) { cancelled.isSet }
        }
    }

    /// Reads the stream on the calling thread: not for cooperative threads.
    ///
    /// See ``read(from:into:)``.
    ///
    /// - Throws: ``ArchiveError``.
    package func readBlocking(
        from descriptor: Int32,
        into directory: String,
        isCancelled: () -> Bool = { false }
    ) throws(ArchiveError) -> [Artifact] {
        let stream = "the build's files"
        let folder = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw systemError("open \(directory)", stream, nil) }
        defer { close(folder) }
        let reader = try ArchiveReader(tarStream: descriptor, name: stream)
        var artifacts: [Artifact] = []
        var total: Int64 = 0
        var entries = 0
        while let entry = try reader.next() {
            if isCancelled() { throw ArchiveError(.cancelled, archive: stream, "cancelled") }
            entries += 1
            guard entries <= limits.files + 1, artifacts.count < limits.files else {
                throw ArchiveError(.limitExceeded, archive: stream, "more than \(limits.files) files")
            }
            guard let name = try acceptedName(entry, stream) else { continue }
            let limit = min(limits.bytesPerFile, limits.totalBytes - total)
            guard archive_entry_size(entry) <= limit else { throw tooLarge(stream, name) }
            let artifact = try copy(name, from: reader, into: folder, limit: limit, isCancelled)
            total += artifact.size
            artifacts.append(artifact)
        }
        return artifacts
    }

    /// The entry's name, `nil` for the folder itself.
    private func acceptedName(_ entry: OpaquePointer, _ stream: String) throws(ArchiveError) -> String? {
        let full = archive_entry_pathname(entry).map { String(cString: $0) } ?? ""
        let isLink = archive_entry_hardlink(entry) != nil || archive_entry_symlink(entry) != nil
        let type = archive_entry_filetype(entry)
        if type == asu_archive_folder, !isLink, full == "./" || full == "." { return nil }
        let name = full.hasPrefix("./") ? String(full.dropFirst(2)) : full
        guard type == asu_archive_regular_file, !isLink else {
            throw ArchiveError(.unsafeEntry, archive: stream, entry: full, "only regular files are accepted")
        }
        guard Self.isPlainName(name), accepts(name) else {
            throw ArchiveError(.unsafeEntry, archive: stream, entry: full, "the name is not one that a build makes")
        }
        return name
    }

    private func copy(
        _ name: String,
        from reader: ArchiveReader,
        into folder: Int32,
        limit: Int64,
        _ isCancelled: () -> Bool
    ) throws(ArchiveError) -> Artifact {
        let file = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw systemError("create the file", reader.name, name) }
        defer { close(file) }
        var hash = SHA256Stream()
        var size: Int64 = 0
        while let (bytes, offset) = try reader.nextBlock(of: name) {
            if isCancelled() { throw ArchiveError(.cancelled, archive: reader.name, "cancelled") }
            guard offset == size || bytes.isEmpty else {
                throw ArchiveError(.unsafeEntry, archive: reader.name, entry: name, "files with holes are not accepted")
            }
            guard size + Int64(bytes.count) <= limit else { throw tooLarge(reader.name, name) }
            var rest = bytes[...]
            while !rest.isEmpty {
                let written = write(file, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if written < 0 {
                    if errno == EINTR { continue }
                    throw systemError("write the file", reader.name, name)
                }
                rest = rest.dropFirst(written)
            }
            hash.update(bytes)
            size += Int64(bytes.count)
        }
        return Artifact(name: name, size: size, sha256: hash.finalize())
    }

    private func tooLarge(_ stream: String, _ name: String) -> ArchiveError {
        ArchiveError(
            .limitExceeded,
            archive: stream,
            entry: name,
            "at most \(limits.bytesPerFile) bytes a file and \(limits.totalBytes) in all are accepted"
        )
    }

    private func systemError(_ action: String, _ stream: String, _ entry: String?) -> ArchiveError {
        let number = errno
        let isFull = number == ENOSPC || number == EDQUOT
        let reason = "cannot \(action): \(String(cString: strerror(number)))"
        return ArchiveError(isFull ? .diskFull : .writeFailed, archive: stream, entry: entry, reason)
    }
}
