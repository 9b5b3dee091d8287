/// Runs a stranger's build.
package protocol Sandbox: Sendable {
    /// Runs `command` to its end, or to the end of its time; nothing of it is left when this returns.
    ///
    /// The command's standard input is the write end of a socket: what it writes there, `artifacts` reads from the
    /// descriptor it is given. That is the only way out of the sandbox besides the two output streams. The descriptor
    /// is closed afterwards; `artifacts` must block on threads of its own only, and may return before the end of the
    /// stream.
    ///
    /// Cancellation kills the command and throws `CancellationError`.
    ///
    /// - Throws: ``SandboxError`` if it could not be run; whatever `artifacts` throws, after killing the command.
    func run(
        _ command: SandboxedCommand,
        limits: SandboxLimits,
        artifacts: @escaping @Sendable (CInt) async throws -> Void
    ) async throws -> SandboxOutcome
}

extension Sandbox {
    /// Runs a command that hands out nothing.
    ///
    /// - Throws: ``SandboxError`` if it could not be run.
    package func run(_ command: SandboxedCommand, limits: SandboxLimits) async throws -> SandboxOutcome {
        try await run(command, limits: limits) { _ in }
    }
}
