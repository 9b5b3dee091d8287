internal import Glibc

/// A file that should be hashed could not be read.
package struct HashingError: Error, Sendable, CustomStringConvertible {
    /// What went wrong.
    package enum Code: Sendable, Hashable {
        /// The file does not exist.
        case missing
        /// It exists, but cannot be opened or read, or is a folder.
        case unreadable
    }

    /// What went wrong.
    package let code: Code
    /// The file.
    package let path: String
    /// The system's `errno`.
    package let systemError: Int32

    init(path: String, systemError: Int32) {
        self.code = systemError == ENOENT ? .missing : .unreadable
        self.path = path
        self.systemError = systemError
    }

    /// One line for the operator: the file and the system's reason.
    package var description: String {
        "cannot read \(path) to hash it: \(String(cString: strerror(systemError)))"
    }
}
