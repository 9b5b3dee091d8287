extension HTTPClient {
    /// Downloads a file, resuming and retrying, and checks it.
    ///
    /// The bytes go to `path` + `.part`, hashed while they are written; the file is flushed and renamed when it is
    /// complete and right. Failures of the connection, time-outs and the statuses 408, 429 and 5xx are tried again,
    /// ``Configuration/downloadAttempts`` times in all, each going on where the last one stopped. What an earlier run
    /// left is used only if `expectedSHA256` can vouch for the result.
    ///
    /// - Parameters:
    ///   - fetch: Its URL, header fields, time-out (for one attempt), bound and socket count; method, body and
    ///     conditions do not.
    ///   - path: Where the file goes; replaced if it exists. Its folder must exist.
    ///   - expectedSHA256: What the file must hash to.
    ///   - expectedSize: Its size in bytes.
    ///   - progress: Called on the client's thread about every 256 KB with the bytes on disk and the total if known.
    /// - Returns: The finished file.
    /// - Throws: ``HTTPFetchError``. The part is kept for a later run, but not after `.wrongHash`.
    package func download(
        _ fetch: HTTPFetch,
        to path: String,
        expectedSHA256: SHA256Digest? = nil,
        expectedSize: Int64? = nil,
        progress: (@Sendable (_ received: Int64, _ total: Int64?) -> Void)? = nil
    ) async throws -> DownloadedFile {
        let limit = min(fetch.maxBytes ?? 8 << 30, expectedSize ?? .max)
        let part = try await BlockingWork.run {
            try PartFile(
                path: path + ".part",
                url: fetch.url,
                keepsContents: expectedSHA256 != nil,
                limit: limit,
                expectedSize: expectedSize,
                progress: progress
            )
        }
        let run = DownloadRun(fetch: fetch, part: part, expectedSHA256: expectedSHA256, expectedSize: expectedSize)
        do {
            try await fill(run)
            try await BlockingWork.run { try part.publish(as: path) }
        } catch {
            let isSpoilt = (error as? HTTPFetchError)?.code == .wrongHash
            if isSpoilt || part.size == 0 { try await BlockingWork.run { try part.remove() } }
            throw error
        }
        return DownloadedFile(
            path: path,
            size: part.size,
            sha256: part.digest,
            resumedFrom: part.resumedFrom,
            etag: part.head?.headers.etag,
            lastModified: part.head?.headers.lastModified
        )
    }

    /// Fetches until the part is complete and right, or there is no hope.
    private func fill(_ run: DownloadRun) async throws {
        var delay = configuration.retryDelay
        var attempt = 1
        while true {
            do {
                if try await step(run) { return }
                // Starting anew follows from what the server said: no pause, but an attempt all the same.
                guard attempt < configuration.downloadAttempts else {
                    throw HTTPFetchError(.badReply, url: run.fetch.url, "the server's ranges do not fit together")
                }
            } catch let error as HTTPFetchError where error.isTransient && attempt < configuration.downloadAttempts {
                do {
                    try await Task.sleep(for: delay)
                } catch {
                    throw HTTPFetchError(.cancelled, url: run.fetch.url, "cancelled between two attempts")
                }
                delay = min(delay * 2, .seconds(30))
            }
            attempt += 1
        }
    }

    /// One attempt: true if the file is complete and right, false if it must be fetched anew.
    private func step(_ run: DownloadRun) async throws -> Bool {
        if run.isAlreadyComplete { return true }
        let next = try await BlockingWork.run { try run.nextFetch() }
        let offset = run.part.size
        do {
            let head = try await transfer(next, to: run.part)
            switch head.status {
            case 200, 206: break
            case 416 where offset > 0:
                try await BlockingWork.run { try run.part.restart() }
                return false
            default:
                throw HTTPFetchError(
                    .refusedStatus(head.status),
                    url: run.fetch.url,
                    "the server answered with status \(head.status)"
                )
            }
        } catch let error as HTTPFetchError where error.code == .badReply && offset > 0 {
            try await BlockingWork.run { try run.part.restart() }
            return false
        }
        return try await BlockingWork.run { try run.check() }
    }
}

/// What a download is about.
private struct DownloadRun: Sendable {
    let fetch: HTTPFetch
    let part: PartFile
    let expectedSHA256: SHA256Digest?
    let expectedSize: Int64?

    /// Whether an earlier run brought everything and only did not rename it.
    var isAlreadyComplete: Bool {
        guard let expectedSHA256, part.size > 0, part.head == nil else { return false }
        return part.digest == expectedSHA256 && (expectedSize ?? part.size) == part.size
    }

    /// The request for what is missing; empties the part if nothing could tell whether it is still current.
    func nextFetch() throws(HTTPFetchError) -> HTTPFetch {
        var next = HTTPFetch(
            fetch.url,
            headers: fetch.headers,
            timeout: fetch.timeout,
            maxBytes: fetch.maxBytes,
            unixSocketPath: fetch.unixSocketPath
        )
        guard part.size > 0 else { return next }
        // Only a strong tag may be compared for a range (RFC 9110, 13.1.5).
        if let tag = part.head?.headers.etag, !tag.hasPrefix("W/") {
            next.headers.append(("If-Range", tag))
        } else if let date = part.head?.headers.lastModified {
            next.headers.append(("If-Range", date))
        } else if expectedSHA256 == nil {
            try part.restart()
            return next
        }
        next.rangeStart = part.size
        return next
    }

    /// Whether the complete part is right; false if it has to be fetched anew because its beginning was older.
    func check() throws(HTTPFetchError) -> Bool {
        if let expectedSize, part.size != expectedSize {
            throw HTTPFetchError(
                .truncated,
                url: fetch.url,
                "the reply ended after \(part.size) of \(expectedSize) bytes"
            )
        }
        guard let expectedSHA256, part.digest != expectedSHA256 else { return true }
        if part.resumedFrom > 0 {
            try part.restart()
            return false
        }
        let type = part.head?.headers["content-type"].map { ", content type \($0.prefix(80).debugDescription)" } ?? ""
        throw HTTPFetchError(
            .wrongHash,
            url: fetch.url,
            "expected SHA-256 \(expectedSHA256), found \(part.digest) in \(part.size) bytes\(type)"
        )
    }
}
