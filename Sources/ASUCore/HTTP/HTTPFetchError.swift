/// A request that got no usable answer.
///
/// The name keeps clear of Hummingbird's `HTTPError`, which is an answer to send.
package struct HTTPFetchError: Error, Sendable, CustomStringConvertible {
    /// What went wrong.
    package enum Code: Sendable, Hashable {
        /// The URL is not one that can be fetched.
        case badURL
        /// A header field or option is not well formed.
        case badRequest
        /// No connection: the name does not resolve, or nobody answers there.
        case unreachable
        /// Connecting, the whole transfer, or its slowest stretch took too long.
        case timedOut
        /// The TLS handshake or the certificate check failed.
        case tls
        /// More than five redirects, or one to another scheme.
        case badRedirect
        /// The body is longer than allowed.
        case tooLarge
        /// The connection broke before the reply was complete.
        case truncated
        /// The reply breaks the protocol.
        case badReply
        /// A download got a status that carries no file.
        case refusedStatus(Int)
        /// The file is complete and has another SHA-256 than expected.
        case wrongHash
        /// The file has another size than expected.
        case wrongSize
        /// No room left where the file should go.
        case diskFull
        /// The file could not be written, read or renamed.
        case fileSystem
        /// Another download to the same path is under way.
        case busy
        /// The task was cancelled.
        case cancelled
        /// The client was shut down.
        case shutDown
    }

    /// What went wrong.
    package let code: Code
    /// The URL asked for, user name and password hidden.
    package let url: String
    /// The reason in words: libcurl's, the system's, or what was expected and found.
    package let message: String

    init(_ code: Code, url: String, _ message: String) {
        self.code = code
        self.url = Self.hidingCredentials(url)
        self.message = message
    }

    /// Whether the same request may well succeed a little later.
    package var isTransient: Bool {
        switch code {
        case .unreachable, .timedOut, .truncated: true
        case .refusedStatus(let status): status >= 500 || status == 408 || status == 429
        default: false
        }
    }

    /// One line for the operator: the URL and the reason.
    package var description: String {
        "fetching \(url) failed: \(message)"
    }

    /// The URL with `user:password@` replaced, and cut to 512 bytes.
    static func hidingCredentials(_ url: String) -> String {
        var shown = url.prefix(512)[...]
        if let scheme = shown.firstRange(of: "://") {
            let end = shown[scheme.upperBound...].firstIndex { "/?#".contains($0) } ?? shown.endIndex
            if let at = shown[scheme.upperBound..<end].lastIndex(of: "@") {
                shown = shown[..<scheme.upperBound] + "***" + shown[at...]
            }
        }
        return String(shown)
    }
}
