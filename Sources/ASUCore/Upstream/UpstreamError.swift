/// Something on the download server isn't as it must be.
package struct UpstreamError: Error, Sendable, CustomStringConvertible {
    package enum Code: Sendable {
        /// No answer, or one that says that the server failed.
        case unreachable
        /// The server says that the file isn't there.
        case missing
        /// The file isn't what its name promises.
        case malformed
        /// A signature or a hash is wrong.
        case untrusted
        /// Signed by a key that isn't among the trusted ones.
        case unknownKey
    }

    package let code: Code
    package let url: String
    package let reason: String

    package init(_ code: Code, url: String, reason: String) {
        self.code = code
        self.url = url
        self.reason = reason
    }

    package var description: String { "\(url): \(reason)" }
}
