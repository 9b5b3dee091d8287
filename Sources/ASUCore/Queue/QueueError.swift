/// Why a queue operation failed.
package struct QueueError: Error, Sendable, CustomStringConvertible {
    /// The kind of failure, for callers that decide by it.
    package enum Code: Sendable, Equatable {
        /// Redis cannot be reached or does not answer; the operation may or may not have taken effect.
        case unavailable
        /// The lease is no longer the job's: stop working on it and publish nothing.
        case leaseLost
        /// A value that the queue does not take.
        case invalidArgument
        /// Redis refused the operation, or holds something else than the queue wrote.
        case storage
    }

    /// The kind of failure.
    package let code: Code
    /// What was tried, on what, and what to do about it.
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
        "queue: \(context)" + (cause.map { " (\($0))" } ?? "")
    }

    static func leaseLost(_ lease: Lease, _ operation: String) -> QueueError {
        QueueError(
            .leaseLost,
            "\(operation): worker \(lease.worker) no longer holds job \(lease.hash) (token \(lease.token)): its lease ran "
                + "out and another took it, or it is finished; abandon the build"
        )
    }

    static func redis(_ error: RedisError, _ operation: String) -> QueueError {
        switch error.code {
        case .unavailable, .timedOut, .authenticationFailed:
            QueueError(.unavailable, "\(operation): Redis is not available; try again later", cause: error)
        case .badURL, .server, .protocolViolation, .unexpectedReply:
            QueueError(.storage, "\(operation): Redis refused", cause: error)
        }
    }

    static func unexpectedReply(_ operation: String) -> QueueError {
        QueueError(
            .storage,
            "\(operation): the reply has another shape than expected; is something else writing to the queue's keys?"
        )
    }
}
