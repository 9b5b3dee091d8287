internal import Foundation

/// An open folder whose entries are read one by one, and reached without following symbolic links.
///
/// All calls block. A handle is not safe for several threads at once.
struct FolderHandle: ~Copyable {
    private let stream: OpaquePointer

    /// Opens a folder by its path, which may be a link itself.
    ///
    /// - Returns: `nil` if there is no such folder.
    /// - Throws: `POSIXError`.
    init?(path: String) throws {
        guard let handle = try Self(descriptor: open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) else { return nil }
        self = handle
    }

    /// Opens a folder in this one.
    ///
    /// - Returns: `nil` if `name` is no folder, such as a file or a link.
    /// - Throws: `POSIXError`.
    func folder(_ name: String) throws -> FolderHandle? {
        try FolderHandle(descriptor: openat(descriptor, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC))
    }

    private init?(descriptor: CInt) throws {
        guard descriptor >= 0 else {
            // Gone, a file, or a link.
            if [ENOENT, ENOTDIR, ELOOP].contains(errno) { return nil }
            throw Self.failure()
        }
        guard let stream = fdopendir(descriptor) else {
            let error = Self.failure()
            close(descriptor)
            throw error
        }
        self.stream = stream
    }

    deinit { closedir(stream) }

    private var descriptor: CInt { dirfd(stream) }

    /// The next entry's name; `nil` at the end.
    ///
    /// - Throws: `POSIXError`.
    func next() throws -> String? {
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                guard errno == 0 else { throw Self.failure() }
                return nil
            }
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { return name }
        }
    }

    /// When the folder was changed last: its entries, its name or what it belongs to.
    ///
    /// A rename leaves the time of modification as it is, and changes that of the status.
    ///
    /// - Throws: `POSIXError`.
    func modified() throws -> Date {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Self.failure() }
        return max(Self.date(status.st_mtim), Self.date(status.st_ctim))
    }

    /// The bytes of all files below, links not followed.
    ///
    /// - Parameter depth: How many folders deep it looks.
    /// - Returns: The sum of their sizes.
    /// - Throws: `POSIXError`.
    func bytes(depth: Int = 16) throws -> Int64 {
        var total: Int64 = 0
        while let name = try next() {
            var status = stat()
            guard fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { continue }
            switch status.st_mode & S_IFMT {
            case S_IFREG: total += Int64(status.st_size)
            case S_IFDIR where depth > 0: total += try folder(name)?.bytes(depth: depth - 1) ?? 0
            default: break
            }
        }
        return total
    }

    /// Moves the folder `name` to `path`, in one step.
    ///
    /// - Returns: False if it isn't there.
    /// - Throws: `POSIXError`.
    func move(_ name: String, to path: String) throws -> Bool {
        guard renameat(descriptor, name, AT_FDCWD, path) == 0 else {
            if errno == ENOENT { return false }
            throw Self.failure()
        }
        return true
    }

    /// Removes the folder `name` if it is empty.
    ///
    /// - Returns: Whether it is gone now.
    func removeIfEmpty(_ name: String) -> Bool { unlinkat(descriptor, name, AT_REMOVEDIR) == 0 || errno == ENOENT }

    private static func date(_ time: timespec) -> Date {
        Date(timeIntervalSince1970: Double(time.tv_sec) + Double(time.tv_nsec) / 1e9)
    }

    private static func failure() -> POSIXError { POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
}
