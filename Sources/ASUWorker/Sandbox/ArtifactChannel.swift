internal import Glibc
internal import Synchronization

/// A socket pair whose one end is a sandboxed command's standard input, for the command to write its results to.
///
/// A socket rather than a pipe: shutting one end down wakes a reader that is blocked on it.
final class ArtifactChannel: Sendable {
    /// The end that the worker reads.
    let readEnd: CInt
    /// The end that the command writes.
    let writeEnd: CInt
    private let writeEndIsOpen = Mutex(true)

    init() throws(SandboxError) {
        var ends: [CInt] = [-1, -1]
        let type = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &ends) == 0 else {
            throw SandboxError(.cannotStart, "socketpair", String(cString: strerror(errno)))
        }
        readEnd = ends[0]
        writeEnd = ends[1]
    }

    /// Closes the worker's copy of the write end, once the command has its own.
    func closeWriteEnd() {
        writeEndIsOpen.withLock { isOpen in
            if isOpen { close(writeEnd) }
            isOpen = false
        }
    }

    /// Ends the stream for a reader, now.
    func interrupt() {
        _ = shutdown(readEnd, CInt(SHUT_RDWR))
    }

    deinit {
        closeWriteEnd()
        close(readEnd)
    }
}
