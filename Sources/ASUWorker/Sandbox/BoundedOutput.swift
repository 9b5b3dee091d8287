internal import ASUCore
internal import Glibc
internal import NIOPosix

/// Keeps an output stream: in a file up to a number of bytes, and its end in memory.
package actor BoundedOutput {
    /// Bytes of the end that are kept in memory.
    package static let tailBytes = 16 << 10

    /// A thread of its own: readers of artifacts may hold every thread of the shared pool for as long as a build runs,
    /// and a build that nobody takes the output from does not end.
    private static let threads: NIOThreadPool = {
        let pool = NIOThreadPool(numberOfThreads: 1)
        pool.start()
        return pool
    }()

    private let path: String
    private let limit: Int
    private let descriptor: CInt
    private var byteCount = 0
    private var tail: [UInt8] = []
    private var isOpen = true

    /// Creates or empties the file at `path`, of which at most `limit` bytes and a notice will be written.
    ///
    /// - Throws: ``SandboxError`` `.outputFailed` if it cannot be opened.
    package init(path: String, limit: Int) async throws {
        self.path = path
        self.limit = limit
        descriptor = try await Self.threads.runIfActive {
            let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o644)
            guard descriptor >= 0 else {
                throw SandboxError(.outputFailed, path, "cannot be created: \(String(cString: strerror(errno)))")
            }
            return descriptor
        }
    }

    /// Takes the next bytes of the stream.
    ///
    /// - Throws: ``SandboxError`` `.outputFailed` if the file cannot be written.
    package func append(_ bytes: [UInt8]) async throws {
        let before = byteCount
        byteCount += bytes.count
        tail += bytes
        if tail.count > 4 * Self.tailBytes { tail.removeFirst(tail.count - Self.tailBytes) }
        guard before <= limit, !bytes.isEmpty else { return }
        var kept = bytes[..<min(bytes.count, limit - before)]
        if byteCount > limit { kept += Array("\n[cut after \(limit) bytes]\n".utf8) }
        try await write(kept)
    }

    /// Closes the file.
    ///
    /// - Returns: Path, end and size of the stream.
    package func finish() async -> SandboxOutcome.Output {
        if isOpen {
            isOpen = false
            close(descriptor)
        }
        var end = tail.suffix(Self.tailBytes)
        // Continuation bytes at the start belong to a character that was cut.
        if byteCount > end.count { end = end.drop { $0 & 0xC0 == 0x80 } }
        return SandboxOutcome.Output(path: path, tail: String(decoding: end, as: UTF8.self), byteCount: byteCount)
    }

    private func write(_ bytes: ArraySlice<UInt8>) async throws {
        let (descriptor, path) = (descriptor, path)
        try await Self.threads.runIfActive {
            try bytes.withUnsafeBytes { buffer in
                var done = 0
                while done < buffer.count {
                    let count = Glibc.write(descriptor, buffer.baseAddress?.advanced(by: done), buffer.count - done)
                    if count < 0 && errno == EINTR { continue }
                    guard count > 0 else {
                        throw SandboxError(
                            .outputFailed,
                            path,
                            "cannot be written: \(String(cString: strerror(errno)))"
                        )
                    }
                    done += count
                }
            }
        }
    }
}
