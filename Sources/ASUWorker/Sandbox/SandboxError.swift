/// A sandbox that could not run a command; what the command itself does wrong is in ``SandboxOutcome``.
package struct SandboxError: Error, Sendable, CustomStringConvertible {
    /// What went wrong.
    package enum Code: String, Sendable, Hashable {
        /// A program that the sandbox needs is not installed.
        case missingTool
        /// The command asks for what this sandbox cannot give.
        case unsupported
        /// A value that must not reach the command.
        case invalidArgument
        /// The process could not be started or watched.
        case cannotStart
        /// Its output could not be kept.
        case outputFailed
    }

    /// What went wrong.
    package let code: Code
    /// The program, path or value concerned.
    package let subject: String
    /// What was expected, and what to do.
    package let reason: String
    /// The error below, if any.
    package let cause: (any Error)?

    init(_ code: Code, _ subject: String, _ reason: String, cause: (any Error)? = nil) {
        self.code = code
        self.subject = String(subject.prefix(200))
        self.reason = reason
        self.cause = cause
    }

    /// Subject, reason and cause in one line.
    package var description: String {
        "sandbox: \(subject): \(reason)\(cause.map { " (\($0))" } ?? "")"
    }
}
