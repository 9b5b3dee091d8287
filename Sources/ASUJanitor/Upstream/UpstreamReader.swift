import ASUCore
import Foundation

/// Reads files of the download server, with what can go wrong said in its terms.
struct UpstreamReader: Sendable {
    /// Largest metadata file; the biggest real one is 2.5 MB.
    private static let maxBytes: Int64 = 32 << 20
    /// Largest list, configuration or signature; the biggest real one has 4 KB.
    static let maxSmallBytes: Int64 = 1 << 20
    private static let attempts = 3

    let baseURL: String
    let client: HTTPClient
    /// The pause before a second attempt; it doubles after each.
    var retryDelay = Duration.milliseconds(300)
    /// The longest that one file may take.
    var timeout = Duration.seconds(120)

    func url(_ path: String) -> String { "\(baseURL)/\(path)" }

    /// Asks for a file, as a question whether it changed if `known` allows; what a broken connection left is gone on from.
    ///
    /// A file that isn't what it should be is asked for again like one that came in part: a proxy or a mirror in the
    /// middle of its own update gives such.
    ///
    /// - Parameters:
    ///   - path: The file, relative to the server's root.
    ///   - known: What is remembered of it, if what came of it is still there.
    ///   - maxBytes: The longest that it may be.
    ///   - parse: Makes the value; throws ``UpstreamError`` if the bytes aren't such a file.
    /// - Returns: The answer.
    /// - Throws: ``UpstreamError`` `.unreachable` after several attempts, `.malformed` for another answer;
    ///   `CancellationError`.
    func read<Value: Sendable>(
        _ path: String,
        known: SourceRecord? = nil,
        maxBytes: Int64 = Self.maxBytes,
        parse: ([UInt8]) async throws -> Value
    ) async throws -> UpstreamReply<Value> {
        var failure = UpstreamError(.unreachable, url: url(path), reason: "was not asked")
        let partial = PartialReply()
        for attempt in 0..<Self.attempts {
            if attempt > 0 { try await Task.sleep(for: retryDelay * (1 << (attempt - 1))) }
            do {
                let reply = try await client.fetch(
                    HTTPFetch(
                        url(path),
                        etag: known?.etag,
                        ifModifiedSince: known?.modified,
                        timeout: timeout,
                        maxBytes: maxBytes
                    ),
                    resuming: partial
                )
                switch reply.status {
                case 200:
                    let record = SourceRecord(etag: reply.headers.etag, modified: reply.headers.lastModified)
                    return .read(try await parse(reply.body), record)
                case 304 where known?.hasValidator == true: return .unchanged
                case 404, 410: return .missing
                case 500...599, 429, 408, 416:
                    failure = .init(.unreachable, url: url(path), reason: "the server answered \(reply.status)")
                default:
                    throw Refusal(
                        error: .init(.malformed, url: url(path), reason: "expected 200, got \(reply.status)")
                    )
                }
            } catch let refusal as Refusal {
                throw refusal.error
            } catch let error as UpstreamError where error.code == .unreachable {
                // Another file that this one needs, and that was asked for often enough.
                throw error
            } catch let error as UpstreamError {
                failure = error
            } catch let error as HTTPFetchError where error.isTransient {
                failure = .init(.unreachable, url: url(path), reason: error.message)
            } catch let error as HTTPFetchError where error.code == .cancelled {
                throw CancellationError()
            } catch let error as HTTPFetchError {
                throw UpstreamError(.malformed, url: url(path), reason: error.message)
            }
        }
        throw UpstreamError(failure.code, url: failure.url, reason: "\(failure.reason) (\(Self.attempts) attempts)")
    }

    /// A small file's bytes, or `nil` if the server says that there is none.
    ///
    /// - Throws: As ``read(_:known:parse:)``.
    func bytes(_ path: String) async throws -> [UInt8]? {
        switch try await read(path, maxBytes: Self.maxSmallBytes, parse: { $0 }) {
        case .read(let bytes, _): bytes
        case .missing, .unchanged: nil
        }
    }

    /// An answer that asking again won't change.
    private struct Refusal: Error {
        let error: UpstreamError
    }
}
