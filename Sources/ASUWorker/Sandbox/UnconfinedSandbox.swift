/// The setting `sandbox = "none"`: the same command as an ordinary process of this host, for hosts that isolate the
/// worker as a whole.
///
/// Mounts stand where they are on the host and are as writable as the host has them; the network is the host's. The
/// command has a session of its own and is killed with its process group; what leaves the group survives.
package struct UnconfinedSandbox: Sandbox {
    /// Makes the sandbox that is none.
    package init() {}

    package func run(
        _ command: SandboxedCommand,
        limits: SandboxLimits,
        artifacts: @escaping @Sendable (CInt) async throws -> Void
    ) async throws -> SandboxOutcome {
        guard case .folder(let workspace) = command.workspace else {
            throw SandboxError(.unsupported, "workspace", "without a sandbox it must be a folder, not memory")
        }
        let arguments = try command.resolvedArguments { $0.source }
        let wrapper = ResourceLimits.wrapper(limits, boundsProcesses: false)
        let process = SandboxProcess(
            program: wrapper[0],
            arguments: wrapper.dropFirst() + arguments,
            environment: command.fullEnvironment.merging(["HOME": workspace.source]) { own, _ in own },
            workingDirectory: workspace.source,
            killsGroupAtEnd: true
        )
        return try await process.run(limits: limits, logFolder: command.logFolder, artifacts: artifacts)
    }
}
