/// How a sandboxed command ended.
package struct SandboxOutcome: Sendable, Hashable {
    /// The way it ended.
    package enum Ending: Sendable, Hashable {
        /// By itself, with this exit code.
        case exited(Int32)
        /// By this signal.
        case signaled(Int32)
        /// Killed because the wall time was over.
        case timedOut
    }

    /// One kept output stream.
    package struct Output: Sendable, Hashable {
        /// The file with all of it, or as much as the limit allows and a notice.
        package let path: String
        /// Its last 16 KB as text; a character cut in two at the start is left out.
        package let tail: String
        /// Bytes that the command wrote, kept or not.
        package let byteCount: Int
    }

    /// The way it ended.
    package let ending: Ending
    /// Standard output.
    package let stdout: Output
    /// Standard error.
    package let stderr: Output
    /// From start to end.
    package let wallTime: Duration

    /// The exit code as a shell gives it: 128 and the signal if one ended it; 124 after the wall time.
    package var exitCode: Int32 {
        switch ending {
        case .exited(let code): code
        case .signaled(let signal): 128 + signal
        case .timedOut: 124
        }
    }
}
