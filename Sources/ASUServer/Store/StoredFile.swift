import ASUCore
import Foundation
import HTTPTypes
import NIOCore
import NIOPosix

/// An open file of the store with what a conditional or ranged answer needs.
final class StoredFile: Sendable {
    let descriptor: CInt
    let size: Int
    /// A strong validator: published files never change, so inode, size and time name the content.
    let etag: String

    private init(descriptor: CInt, size: Int, etag: String) {
        self.descriptor = descriptor
        self.size = size
        self.etag = etag
    }

    deinit { close(descriptor) }

    /// Opens a regular file, without following symbolic links below `root`; blocking.
    ///
    /// - Parameters:
    ///   - root: A folder; may be a link itself.
    ///   - parts: The way from there to the file, each the plain name of a folder or, the last, of the file.
    /// - Returns: `nil` if there is no such regular file.
    static func open(_ root: String, _ parts: [String]) -> StoredFile? {
        guard let name = parts.last else { return nil }
        var folder = Glibc.open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        // Folder by folder, as the kernel's own walk would follow links on the way.
        for part in parts.dropLast() where folder >= 0 {
            let next = openat(folder, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            close(folder)
            folder = next
        }
        guard folder >= 0 else { return nil }
        let descriptor = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        close(folder)
        guard descriptor >= 0 else { return nil }
        guard let status = FileStatus(descriptor: descriptor), status.isRegularFile else {
            close(descriptor)
            return nil
        }
        let time = hex(UInt(status.modifiedSeconds)) + hex(UInt(status.modifiedNanoseconds))
        return StoredFile(
            descriptor: descriptor,
            size: status.size,
            etag: "\"\(hex(status.inode))-\(hex(UInt(status.size)))-\(time)\""
        )
    }

    private static func hex(_ number: UInt) -> String { String(number, radix: 16) }

    /// Reads `count` bytes from `offset`; blocking.
    ///
    /// - Returns: Fewer bytes only if the file got shorter meanwhile.
    func read(offset: Int, count: Int) throws -> ByteBuffer {
        var buffer = ByteBufferAllocator().buffer(capacity: count)
        try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { bytes in
            var done = 0
            while done < count {
                let got = pread(descriptor, bytes.baseAddress?.advanced(by: done), count - done, off_t(offset + done))
                if got < 0 {
                    if errno == EINTR { continue }
                    throw IOError(errnoCode: errno, reason: "reading a stored file")
                }
                if got == 0 { break }
                done += got
            }
            return done
        }
        return buffer
    }
}
