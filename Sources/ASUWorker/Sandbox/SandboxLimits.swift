/// What one sandboxed command may use.
package struct SandboxLimits: Sendable, Hashable {
    /// Longest run; then everything in the sandbox is killed.
    package var wallTime: Duration
    /// Address space of any one process, in bytes.
    package var memoryBytes: Int64
    /// Processes and threads at once.
    ///
    /// Bounds nothing for a worker that runs as root, nor without a sandbox.
    package var processes: Int
    /// Size of a workspace in memory, and of any one file, in bytes.
    package var workspaceBytes: Int64
    /// Bytes kept of each of standard output and standard error; the rest is read and dropped.
    package var outputBytes: Int

    /// Makes limits; the defaults suit one image build.
    package init(
        wallTime: Duration = .seconds(600),
        memoryBytes: Int64 = 4 << 30,
        processes: Int = 512,
        workspaceBytes: Int64 = 2 << 30,
        outputBytes: Int = 8 << 20
    ) {
        self.wallTime = wallTime
        self.memoryBytes = memoryBytes
        self.processes = processes
        self.workspaceBytes = workspaceBytes
        self.outputBytes = outputBytes
    }
}
