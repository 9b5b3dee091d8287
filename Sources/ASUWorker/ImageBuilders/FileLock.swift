import Foundation

/// A lock on a file that holds between processes of a host and ends with the process that holds it (flock).
final class FileLock: Sendable {
    enum Kind: Sendable {
        case shared
        case exclusive
    }

    private let descriptor: CInt

    private init(descriptor: CInt) {
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Takes the lock if nobody stands against it.
    ///
    /// - Returns: `nil` if somebody does.
    /// - Throws: ``ImageBuilderError`` if the file can't be made or locked.
    static func tryAcquire(_ path: String, _ kind: Kind) throws -> FileLock? {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw ImageBuilderError(.disk, "lock file \(path): \(String(cString: strerror(errno)))")
        }
        let operation = (kind == .shared ? LOCK_SH : LOCK_EX) | LOCK_NB
        if flock(descriptor, operation) == 0 { return FileLock(descriptor: descriptor) }
        let number = errno
        close(descriptor)
        guard number == EWOULDBLOCK else {
            throw ImageBuilderError(.disk, "lock file \(path): \(String(cString: strerror(number)))")
        }
        return nil
    }

    /// Waits for the lock; cancellation ends the wait.
    static func acquire(_ path: String, _ kind: Kind) async throws -> FileLock {
        while true {
            if let lock = try tryAcquire(path, kind) { return lock }
            try await Task.sleep(for: .milliseconds(100))
        }
    }
}
