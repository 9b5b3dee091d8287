internal import CArchive
internal import Glibc

/// Unpacks ImageBuilder archives: tar, plain or compressed by gzip, xz or zstd.
///
/// Refused are absolute names, names with `..`, relative symbolic links and hard links that leave the archive, links
/// in the way of an entry, and everything but files, folders and links. Kept are permissions (without set-user-id,
/// set-group-id and sticky bits) and modification times; owners are the process's. The working directory does not
/// change.
package struct ArchiveExtractor: Sendable {
    /// Bounds on what an archive may hold.
    package struct Limits: Sendable {
        /// Most entries.
        package var entries: Int
        /// Most bytes of all files together, unpacked.
        package var totalBytes: Int64

        /// The defaults are some 15 times the biggest ImageBuilder's.
        package init(entries: Int = 200_000, totalBytes: Int64 = 4 << 30) {
            self.entries = entries
            self.totalBytes = totalBytes
        }
    }

    /// What was unpacked.
    package struct Summary: Sendable, Equatable {
        /// Entries written: files, folders and links.
        package var entries = 0
        /// Bytes of all files together.
        package var totalBytes: Int64 = 0

        /// Nothing yet, or what is given.
        package init(entries: Int = 0, totalBytes: Int64 = 0) {
            self.entries = entries
            self.totalBytes = totalBytes
        }
    }

    /// The bounds in force.
    package let limits: Limits
    /// How many leading folders are taken off each name.
    package let stripComponents: Int

    /// Makes an extractor; the default takes off the one top folder that ImageBuilders have.
    package init(stripComponents: Int = 1, limits: Limits = Limits()) {
        self.stripComponents = stripComponents
        self.limits = limits
    }

    /// Unpacks on the thread pool.
    ///
    /// - Parameters:
    ///   - archive: The archive's path.
    ///   - directory: An existing folder, best an empty one; what was unpacked stays in it after a failure, for the
    ///     caller to remove.
    /// - Returns: How much was unpacked.
    /// - Throws: ``ArchiveError``; `.cancelled` soon after the task is cancelled.
    package func extract(_ archive: String, into directory: String) async throws -> Summary {
        try await CancellationFlag.withOwnThread { cancelled in
            try extractBlocking(archive, into: directory) { cancelled.isSet }
        }
    }

    /// Unpacks on the calling thread: not for cooperative threads.
    ///
    /// See ``extract(_:into:)``.
    ///
    /// - Parameters:
    ///   - archive: The archive's path.
    ///   - directory: An existing folder.
    ///   - isCancelled: Asked before each entry and each piece of data.
    /// - Returns: How much was unpacked.
    /// - Throws: ``ArchiveError``.
    package func extractBlocking(
        _ archive: String,
        into directory: String,
        isCancelled: () -> Bool = { false }
    ) throws(ArchiveError) -> Summary {
        let reader = try ArchiveReader(tarFile: archive)
        // libarchive refuses links in any part of the path, and the way to the folder may well have some.
        guard let resolved = realpath(directory, nil) else {
            let reason = String(cString: strerror(errno))
            throw ArchiveError(.writeFailed, archive: archive, "cannot use the folder \(directory): \(reason)")
        }
        defer { free(resolved) }
        let writer = try TreeWriter(archive: archive, root: String(cString: resolved))
        var summary = Summary()
        while let entry = try reader.next() {
            if isCancelled() { throw ArchiveError(.cancelled, archive: archive, "cancelled") }
            let name = archive_entry_pathname(entry).map { String(cString: $0) } ?? ""
            summary.entries += 1
            guard summary.entries <= limits.entries else {
                throw ArchiveError(.limitExceeded, archive: archive, entry: name, "more than \(limits.entries) entries")
            }
            do {
                guard try writer.prepare(entry, name: name, strip: stripComponents) else {
                    summary.entries -= 1
                    continue
                }
            } catch {
                throw ArchiveError(.unsafeEntry, archive: archive, entry: name, error.reason)
            }
            let left = limits.totalBytes - summary.totalBytes
            guard !writer.hasData(entry) || archive_entry_size(entry) <= left else { throw tooLarge(archive, name) }
            try writer.begin(entry, name: name)
            var written: Int64 = 0
            while let (bytes, offset) = try reader.nextBlock(of: name) {
                if isCancelled() { throw ArchiveError(.cancelled, archive: archive, "cancelled") }
                guard offset >= written, offset <= left - Int64(bytes.count) else { throw tooLarge(archive, name) }
                try writer.write(bytes, at: offset, name: name)
                written = offset + Int64(bytes.count)
            }
            summary.totalBytes += written
            try writer.finishEntry(name: name)
        }
        try writer.close()
        return summary
    }

    private func tooLarge(_ archive: String, _ entry: String) -> ArchiveError {
        ArchiveError(
            .limitExceeded,
            archive: archive,
            entry: entry,
            "more than \(limits.totalBytes) bytes unpacked"
        )
    }
}
