import ASUCore
import Foundation

/// Reads files of the download server, with what can go wrong said in its terms.
struct UpstreamReader: Sendable {
    /// Largest metadata file; the biggest real one is 2.5 MB.
    private static let maxBytes: Int64 = 64 << 20
    private static let attempts = 3

    let baseURL: String
    let client: HTTPClient
    /// The pause before a second attempt; it doubles after each.
    var retryDelay = Duration.milliseconds(300)

    func url(_ path: String) -> String { "\(baseURL)/\(path)" }

    /// The file's bytes, or `nil` if the server says that there is none.
    ///
    /// - Throws: ``UpstreamError`` `.unreachable` after several attempts, `.malformed` for another answer.
    func read(_ path: String) async throws -> [UInt8]? {
        var failure = ""
        for attempt in 0..<Self.attempts {
            if attempt > 0 { try await Task.sleep(for: retryDelay * (1 << (attempt - 1))) }
            do {
                let reply = try await client.fetch(
                    HTTPFetch(url(path), timeout: .seconds(120), maxBytes: Self.maxBytes)
                )
                switch reply.status {
                case 200: return reply.body
                case 404, 410: return nil
                case 500...599, 429, 408: failure = "the server answered \(reply.status)"
                default:
                    throw UpstreamError(.malformed, url: url(path), reason: "expected 200, got \(reply.status)")
                }
            } catch let error as HTTPFetchError where error.isTransient {
                failure = error.message
            } catch let error as HTTPFetchError where error.code == .cancelled {
                throw CancellationError()
            } catch let error as HTTPFetchError {
                throw UpstreamError(.malformed, url: url(path), reason: error.message)
            }
        }
        throw UpstreamError(.unreachable, url: url(path), reason: "\(failure) (\(Self.attempts) attempts)")
    }
}
