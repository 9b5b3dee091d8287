/// Limits of single processes, set by util-linux's prlimit.
enum ResourceLimits {
    /// The command line that a limited command is appended to.
    ///
    /// - Parameters:
    ///   - limits: The limits.
    ///   - boundsProcesses: Whether to bound the number of processes: outside a user namespace that would count every
    ///     process of the user.
    /// - Returns: Program and arguments.
    static func wrapper(_ limits: SandboxLimits, boundsProcesses: Bool) -> [String] {
        ["prlimit", "--as=\(limits.memoryBytes)", "--fsize=\(limits.workspaceBytes)", "--core=0"]
            + (boundsProcesses ? ["--nproc=\(limits.processes)"] : []) + ["--"]
    }
}
