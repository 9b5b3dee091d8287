/// An archive that could not be read, trusted or unpacked.
package struct ArchiveError: Error, Sendable, CustomStringConvertible {
    /// What went wrong.
    package enum Code: Sendable, Hashable {
        /// The archive cannot be opened or its compression is not supported here.
        case cannotOpen
        /// It is damaged, truncated or no archive of an accepted kind.
        case corrupt
        /// An entry would leave the folder, or is of a kind that is not accepted.
        case unsafeEntry
        /// More entries or bytes than allowed.
        case limitExceeded
        /// No room left on the disk.
        case diskFull
        /// An entry could not be written.
        case writeFailed
        /// The task was cancelled.
        case cancelled
    }

    /// What went wrong.
    package let code: Code
    /// The archive: a path, or what the stream is.
    package let archive: String
    /// The entry it happened at, if any; quoted and cut to 200 characters.
    package let entry: String?
    /// The reason in words: libarchive's, the system's, or what was expected and found.
    package let reason: String

    init(_ code: Code, archive: String, entry: String? = nil, _ reason: String) {
        self.code = code
        self.archive = archive
        self.entry = entry.map { String($0.prefix(200)).debugDescription }
        self.reason = reason
    }

    /// One line for the operator: archive, entry and reason.
    package var description: String {
        "unpacking \(archive) failed\(entry.map { " at \($0)" } ?? ""): \(reason)"
    }
}
