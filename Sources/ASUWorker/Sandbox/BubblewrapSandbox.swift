/// A sandbox of namespaces: no network, no view of the host but system folders and the mounts, all of it read-only.
///
/// Everything inside lives in a process namespace that ends with bubblewrap, and bubblewrap ends with the worker.
package struct BubblewrapSandbox: Sandbox {
    /// The host's folders that hold its programs; where one is a link, what it leads to is shown.
    static let systemFolders = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"]
    /// What programs look up in `/etc`.
    static let systemFiles = ["alternatives", "ld.so.cache", "passwd", "group"]

    private let program: String

    /// Makes a sandbox.
    ///
    /// - Parameter program: bubblewrap's name or path.
    package init(program: String = "bwrap") {
        self.program = program
    }

    package func run(
        _ command: SandboxedCommand,
        limits: SandboxLimits,
        artifacts: @escaping @Sendable (CInt) async throws -> Void
    ) async throws -> SandboxOutcome {
        let process = SandboxProcess(
            program: program,
            arguments: try Self.arguments(for: command, limits: limits),
            environment: ["PATH": SandboxedCommand.systemPath, "LC_ALL": "C"],
            workingDirectory: "/",
            killsGroupAtEnd: false
        )
        return try await process.run(limits: limits, logFolder: command.logFolder, artifacts: artifacts)
    }

    /// bubblewrap's arguments for a command.
    static func arguments(for command: SandboxedCommand, limits: SandboxLimits) throws(SandboxError) -> [String] {
        var list = [
            "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--hostname", "asu",
            "--clearenv",
        ]
        for (name, value) in command.fullEnvironment.sorted(by: { $0.key < $1.key }) {
            list += ["--setenv", name, value]
        }
        for folder in systemFolders { list += ["--ro-bind-try", folder, folder] }
        for file in systemFiles { list += ["--ro-bind-try", "/etc/\(file)", "/etc/\(file)"] }
        list += ["--dev", "/dev", "--remount-ro", "/dev", "--proc", "/proc"]
        list += ["--size", "\(min(limits.workspaceBytes, 256 << 20))", "--tmpfs", "/tmp"]
        switch command.workspace {
        case .memory(let destination):
            list += ["--size", "\(limits.workspaceBytes)", "--tmpfs", destination]
        case .folder(let mount):
            list += ["--bind", mount.source, mount.destination]
        }
        for mount in command.mounts {
            list += [mount.isWritable ? "--bind" : "--ro-bind", mount.source, mount.destination]
        }
        // The root itself is a file system in memory of no bounded size.
        list += ["--remount-ro", "/", "--chdir", "/", "--"]
        list += ResourceLimits.wrapper(limits, boundsProcesses: true)
        list += try command.resolvedArguments { $0.destination }
        return list
    }
}
