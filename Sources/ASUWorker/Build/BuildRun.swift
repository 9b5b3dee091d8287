import ASUCore
import Foundation

/// One run of the ImageBuilder: what `make image` is given.
struct BuildRun: Sendable {
    let job: BuildJob
    /// The 12 digits in file names.
    let label: String
    let plan: PackagePlan
    let tree: ImageBuilderTree
    let folder: JobFolder

    /// The door as the sandbox reaches it.
    struct Door: Sendable {
        /// The folder of the socket on the host.
        let folder: String
        let socket: String
        /// The port inside that is to lead to it.
        let port: Int
    }

    private var hasFiles: Bool { job.request.defaults != nil }
    private var rootfsSize: String { job.request.rootfsSizeMB.map(String.init) ?? "" }
    private var filesystem: String { job.request.filesystem?.rawValue ?? "" }

    /// The command as people know it: the result's `build_cmd`.
    var makeCommand: [String] {
        var command = ["make", "image", "PROFILE=\(job.profile)", "PACKAGES=\(plan.text)"]
        command += ["EXTRA_IMAGE_NAME=\(label)", "BIN_DIR=/build/out"]
        if hasFiles { command.append("FILES=/run/asu/files") }
        if !rootfsSize.isEmpty { command.append("ROOTFS_PARTSIZE=\(rootfsSize)") }
        if !filesystem.isEmpty { command.append("ROOTFS_FILESYSTEM=\(filesystem)") }
        return command
    }

    /// A build's words with folders of this host, which a build without a sandbox sees, named as they are inside one.
    func namingInside(_ text: String) -> String {
        [(folder.workspace, "/build"), (folder.input, "/run/asu"), (tree.home, "/pristine")]
            .reduce(text) { $0.replacingOccurrences(of: $1.0, with: $1.1) }
    }

    /// The run in the sandbox.
    ///
    /// - Parameters:
    ///   - workspace: Where it writes.
    ///   - door: `nil` if the build reaches the door by itself.
    /// - Returns: ``BuildScript/build`` with its arguments.
    func command(workspace: SandboxedCommand.Workspace, door: Door?) -> SandboxedCommand {
        let input = "/run/asu"
        let doorFolder = "/run/door"
        let doorMounts = door.map { [SandboxedCommand.Mount($0.folder, at: doorFolder)] } ?? []
        let hasKeys = !job.request.repositoryKeys.isEmpty
        return SandboxedCommand(
            [
                "/bin/sh", "-c", .text(BuildScript.build), "asu-build",
                .path(in: "/pristine", ""),
                .path(in: "/build", ""),
                door.map { .path(in: doorFolder, $0.socket) } ?? "",
                .text(door.map { String($0.port) } ?? ""),
                .text(job.profile.text),
                .text(plan.text),
                .text(label),
                hasFiles ? .path(in: input, "files") : "",
                .text(rootfsSize),
                .text(filesystem),
                .path(in: input, "repositories"),
                hasKeys ? .path(in: input, "keys") : "",
            ],
            mounts: [
                SandboxedCommand.Mount(tree.home, at: "/pristine"), SandboxedCommand.Mount(folder.input, at: input),
            ] + doorMounts,
            workspace: workspace,
            logFolder: folder.logs
        )
    }
}
