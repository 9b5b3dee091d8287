internal import Glibc

/// What the file system says of an open file.
///
/// Here and not where it is needed: `struct stat` comes with libarchive's header too, and a target that sees both modules
/// only through this one can't always tell whose it is.
package struct FileStatus: Sendable, Hashable {
    /// Whether it is a file and no folder, link or device.
    package let isRegularFile: Bool
    /// In bytes.
    package let size: Int
    package let inode: UInt
    /// The time of the last change of its content: whole seconds since 1970.
    package let modifiedSeconds: Int
    /// The rest of that time.
    package let modifiedNanoseconds: Int

    /// Asks for it; may block.
    ///
    /// - Parameter descriptor: An open file; `nil` if it can't be asked for.
    package init?(descriptor: CInt) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return nil }
        isRegularFile = status.st_mode & S_IFMT == S_IFREG
        size = Int(status.st_size)
        inode = UInt(status.st_ino)
        modifiedSeconds = Int(status.st_mtim.tv_sec)
        modifiedNanoseconds = Int(status.st_mtim.tv_nsec)
    }
}
