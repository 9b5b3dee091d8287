/// Why a Redis operation failed.
///
/// An error reply of the server arrives as ``Code/server(_:)`` with the server's own message, whose first word is
/// Redis' error class (`WRONGTYPE`, `NOSCRIPT`, ...).
package struct RedisError: Error, Sendable, CustomStringConvertible {
    /// The kind of failure, for callers that decide by it.
    package enum Code: Sendable, Equatable {
        /// `redis_url` cannot be used.
        case badURL
        /// No connection, or it broke while the command waited: whether the command took effect is unknown.
        case unavailable
        /// No reply within the command's time-out: whether the command took effect is unknown.
        case timedOut
        /// The server refused the user name or password, or wants one.
        case authenticationFailed
        /// The server's error reply.
        case server(String)
        /// The bytes received are not RESP, or exceed the reply limit.
        case protocolViolation
        /// A well-formed reply of another shape than the command has.
        case unexpectedReply
    }

    /// The kind of failure.
    package let code: Code
    /// What was tried, on what, and what to do about it; without secrets.
    package let context: String
    /// The error underneath, if any.
    package let cause: (any Error)?

    /// Creates an error.
    package init(_ code: Code, _ context: String, cause: (any Error)? = nil) {
        self.code = code
        self.context = context
        self.cause = cause
    }

    package var description: String {
        var text = "Redis: \(context)"
        if case .server(let message) = code { text += ": the server answered \"\(message)\"" }
        if let cause { text += " (\(cause))" }
        return text
    }

    /// The error for an error reply: servers that are up but not serving yet count as unavailable.
    static func reply(_ message: String, to context: String) -> RedisError {
        let refusals = ["WRONGPASS", "NOAUTH", "ERR invalid password", "ERR AUTH ", "ERR Client sent AUTH"]
        if refusals.contains(where: { message.hasPrefix($0) }) {
            return RedisError(
                .authenticationFailed,
                "\(context): check the user and password in redis_url: the server answered \"\(message)\""
            )
        }
        if message.hasPrefix("LOADING") || message.hasPrefix("MASTERDOWN") {
            return RedisError(.unavailable, "\(context): the server answered \"\(message)\"; try again later")
        }
        return RedisError(.server(message), context)
    }
}
