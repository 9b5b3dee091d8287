/// What a build came to, and what it printed on the way.
struct BuildOutcome: Sendable {
    let result: Result<BuiltImages, BuildFailure>
    let report: BuildReport
}

/// What a build ran and printed.
struct BuildReport: Sendable {
    let commands: [String]
    /// The last 16 KB of each stream.
    let stdout: String
    let stderr: String
}
