internal import Glibc

/// The unfinished file of a download: an open, locked descriptor, and the digest of what it holds so far.
///
/// Unchecked because it wraps a descriptor and is used by one at a time: the downloading task, a pool thread that it
/// awaits, or the client's thread while its transfer runs.
final class PartFile: ResponseSink, @unchecked Sendable {
    private let path: String
    private let url: String
    private let limit: Int64
    private let expectedSize: Int64?
    private let progress: (@Sendable (Int64, Int64?) -> Void)?
    private let descriptor: Int32

    private var hash = SHA256Stream()
    private var total: Int64?
    private var reported: Int64 = 0
    private var keepsBody = false
    /// The head of the last reply that brought bytes for the file; `nil` for what an earlier run left.
    private(set) var head: ResponseHead?
    /// How many of the bytes an earlier run left.
    private(set) var resumedFrom: Int64 = 0
    /// How many bytes lie in the file.
    private(set) var size: Int64 = 0

    /// Opens or creates `path`, locks it, and hashes what is there if `keepsContents`; else empties it.
    ///
    /// Blocking.
    ///
    /// - Throws: ``HTTPFetchError`` `.busy`, `.fileSystem` or `.diskFull`.
    init(
        path: String,
        url: String,
        keepsContents: Bool,
        limit: Int64,
        expectedSize: Int64?,
        progress: (@Sendable (Int64, Int64?) -> Void)?
    ) throws(HTTPFetchError) {
        self.path = path
        self.url = url
        self.limit = limit
        self.expectedSize = expectedSize
        self.progress = progress
        descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else { throw Self.failure("open", path, url) }
        // The lock may be on a file that another download has published since it was opened.
        var locked = stat()
        var named = stat()
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0, fstat(descriptor, &locked) == 0, lstat(path, &named) == 0,
            locked.st_ino == named.st_ino, locked.st_dev == named.st_dev
        else {
            throw HTTPFetchError(.busy, url: url, "another download to \(path) is under way")
        }
        guard keepsContents else {
            try restart()
            return
        }
        do throws(HashingError) {
            size = try hash.update(descriptor: descriptor, path: path)
        } catch {
            throw HTTPFetchError(.fileSystem, url: url, error.description)
        }
        resumedFrom = size
        if size > limit { try restart() }
    }

    deinit {
        if descriptor >= 0 { Glibc.close(descriptor) }
    }

    /// The digest of what lies in the file.
    var digest: SHA256Digest { hash.finalize() }

    /// Empties the file.
    func restart() throws(HTTPFetchError) {
        guard ftruncate(descriptor, 0) == 0, lseek(descriptor, 0, SEEK_SET) == 0 else {
            throw Self.failure("empty", path, url)
        }
        hash = SHA256Stream()
        size = 0
        reported = 0
        resumedFrom = 0
        head = nil
    }

    /// Accepts a 206 that goes on where the file ends, or a 200 from its start; other bodies are dropped.
    func begin(_ head: ResponseHead) throws(HTTPFetchError) {
        keepsBody = false
        switch head.status {
        case 206:
            guard let range = ContentRange(head.headers["content-range"] ?? ""), range.start == size else {
                throw HTTPFetchError(
                    .badReply,
                    url: url,
                    "asked for the bytes from \(size) on, the server sent"
                        + " \((head.headers["content-range"] ?? "no Content-Range").debugDescription)"
                )
            }
            total = range.total
        case 200:
            if size > 0 { try restart() }
            total = head.headers.contentLength
        default:
            return
        }
        keepsBody = true
        self.head = head
        if let total, let expectedSize, total != expectedSize {
            throw HTTPFetchError(
                .wrongSize,
                url: url,
                "the server announces \(total) bytes, expected \(expectedSize)"
            )
        }
        if let total, total > limit { throw tooLarge(total) }
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(HTTPFetchError) {
        guard keepsBody else { return }
        guard size + Int64(bytes.count) <= limit else { throw tooLarge(nil) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if written < 0 {
                if errno == EINTR { continue }
                throw Self.failure("write", path, url)
            }
            // Hashed as it is written, so that size and digest always agree with the file.
            hash.update(UnsafeRawBufferPointer(rebasing: rest.prefix(written)))
            size += Int64(written)
            rest = rest.dropFirst(written)
        }
        if let progress, size - reported >= 1 << 18 || size == total {
            reported = size
            progress(size, total)
        }
    }

    /// Makes the contents durable and gives the file its final name.
    ///
    /// Blocking.
    func publish(as final: String) throws(HTTPFetchError) {
        guard fsync(descriptor) == 0 else { throw Self.failure("flush", path, url) }
        guard rename(path, final) == 0 else { throw Self.failure("rename to \(final)", path, url) }
        let slash = final.lastIndex(of: "/")
        let folder = slash.map { $0 == final.startIndex ? "/" : String(final[..<$0]) } ?? "."
        let directory = Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw Self.failure("open", folder, url) }
        defer { Glibc.close(directory) }
        guard fsync(directory) == 0 else { throw Self.failure("flush", folder, url) }
    }

    /// Removes the file.
    ///
    /// Blocking.
    func remove() throws(HTTPFetchError) {
        guard unlink(path) == 0 || errno == ENOENT else { throw Self.failure("remove", path, url) }
    }

    private func tooLarge(_ announced: Int64?) -> HTTPFetchError {
        let found = announced.map { "\($0) bytes announced" } ?? "more than that came"
        return HTTPFetchError(.tooLarge, url: url, "at most \(limit) bytes allowed, \(found)")
    }

    private static func failure(_ action: String, _ path: String, _ url: String) -> HTTPFetchError {
        let number = errno
        let reason = String(cString: strerror(number))
        if number == ENOSPC || number == EDQUOT {
            return HTTPFetchError(.diskFull, url: url, "the disk is full: cannot \(action) \(path) (\(reason))")
        }
        return HTTPFetchError(.fileSystem, url: url, "cannot \(action) \(path): \(reason)")
    }
}
