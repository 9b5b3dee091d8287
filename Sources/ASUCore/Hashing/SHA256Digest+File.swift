internal import Glibc
internal import NIOPosix

extension SHA256Digest {
    /// The digest of a file's contents, read on the thread pool.
    ///
    /// - Parameter path: A regular file; symbolic links are followed.
    /// - Returns: The digest.
    /// - Throws: ``HashingError``; `CancellationError` if the task was cancelled before it started.
    package static func ofFile(_ path: String) async throws -> SHA256Digest {
        try Task.checkCancellation()
        return try await NIOThreadPool.singleton.runIfActive { try ofFileBlocking(path) }
    }

    /// The digest of a file's contents, read on the calling thread: not for cooperative threads.
    ///
    /// - Parameter path: A regular file; symbolic links are followed.
    /// - Returns: The digest.
    /// - Throws: ``HashingError``.
    package static func ofFileBlocking(_ path: String) throws(HashingError) -> SHA256Digest {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw HashingError(path: path, systemError: errno) }
        defer { close(descriptor) }
        var stream = SHA256Stream()
        try stream.update(descriptor: descriptor, path: path)
        return stream.finalize()
    }
}

extension SHA256Stream {
    /// Adds everything from the descriptor's position to its end, and returns how many bytes that was.
    @discardableResult
    mutating func update(descriptor: Int32, path: String) throws(HashingError) -> Int64 {
        var total: Int64 = 0
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                throw HashingError(path: path, systemError: errno)
            }
            if count == 0 { return total }
            buffer.withUnsafeBytes { update(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
            total += Int64(count)
        }
    }
}
