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
    /// One line of at most 500 characters.
    package let reason: String

    /// - Parameters:
    ///   - code: What is wrong.
    ///   - url: Of what.
    ///   - reason: What was expected and found. It may quote upstream: what could flood, split or forge a line of the
    ///     log is cut off or escaped.
    package init(_ code: Code, url: String, reason: String) {
        self.code = code
        self.url = url
        self.reason = Self.line(reason)
    }

    package var description: String { "\(url): \(reason)" }

    private static func line(_ text: String) -> String {
        var line = ""
        for scalar in text.unicodeScalars.prefix(maxLength) {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: line += scalar.escaped(asASCII: true)
            default: line.unicodeScalars.append(scalar)
            }
        }
        return text.unicodeScalars.dropFirst(maxLength).isEmpty ? line : line + "..."
    }

    private static let maxLength = 500
}
