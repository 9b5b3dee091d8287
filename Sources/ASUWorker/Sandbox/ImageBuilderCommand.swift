/// What is run inside a sandbox: the preparation of an ImageBuilder, or one build with it.
package enum ImageBuilderCommand {
    /// The package proxy's way in: a Unix socket, reached through a loopback port.
    package struct Door: Sendable, Hashable {
        /// The socket's name in ``Build/inputFolder``.
        package var socketName: String
        /// The port on 127.0.0.1. In a sandbox any will do; without one it must be free on the host.
        package var port: UInt16

        /// Makes a door.
        package init(socketName: String = "door.sock", port: UInt16 = 8100) {
            self.socketName = socketName
            self.port = port
        }
    }

    /// One build.
    package struct Build: Sendable {
        /// The prepared folder on the host, with `tree` and `large`.
        package var preparedFolder: String
        /// A folder on the host with the door's socket, the file `repositories` and, if `hasFiles`, the folder `files`.
        package var inputFolder: String
        /// The profile's id.
        package var profile: String
        /// Packages in order; `-name` leaves one out.
        package var packages: [String]
        /// What stands after the version in file names.
        package var label: String
        /// Whether `files` in the input folder is laid over the root file system.
        package var hasFiles = false
        /// Size of the root partition in MB.
        package var rootfsMegabytes: Int?
        /// The one root file system to build; ignored by releases before it was known.
        package var filesystem: String?
        /// The door; nil for a network that needs none.
        package var door: Door?

        /// Makes a build.
        package init(preparedFolder: String, inputFolder: String, profile: String, packages: [String], label: String) {
            self.preparedFolder = preparedFolder
            self.inputFolder = inputFolder
            self.profile = profile
            self.packages = packages
            self.label = label
        }

        /// The sandbox's command.
        ///
        /// - Parameters:
        ///   - workspace: In memory at ``ImageBuilderCommand/workspacePath``, or an empty folder mounted there.
        ///   - logFolder: Folder on the host for both output streams.
        /// - Throws: ``SandboxError`` `.invalidArgument` if a value has characters that make or a shell would act on.
        package func command(
            workspace: SandboxedCommand.Workspace,
            logFolder: String
        ) throws(SandboxError) -> SandboxedCommand {
            try check(profile, "profile", also: "._-")
            try check(label, "label", also: "._-")
            try check(filesystem ?? "", "filesystem", also: "-")
            for package in packages {
                try check(package, "package", also: "._+-")
            }
            func input(_ name: String, if present: Bool) -> SandboxedCommand.Argument {
                present ? .path(in: inputPath, name) : ""
            }
            return SandboxedCommand(
                [
                    "/bin/sh", "-c", .text(ImageBuilderScripts.build), "asu-build", .path(in: preparedPath, ""),
                    .path(in: workspacePath, ""), input(door?.socketName ?? "", if: door != nil),
                    .text("\(door?.port ?? 0)"), .text(profile), .text(packages.joined(separator: " ")), .text(label),
                    input("files", if: hasFiles), .text(rootfsMegabytes.map(String.init) ?? ""),
                    .text(filesystem ?? ""), input("repositories", if: true),
                ],
                mounts: [.init(preparedFolder, at: preparedPath), .init(inputFolder, at: inputPath)],
                workspace: workspace,
                logFolder: logFolder)
        }

        private func check(_ value: String, _ what: String, also: String) throws(SandboxError) {
            let isPlain = value.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: also.utf8.contains(byte)
                }
            }
            guard isPlain, value.utf8.count <= 256 else {
                throw SandboxError(
                    .invalidArgument, value.debugDescription, "a \(what) has only letters, digits and \(also)")
            }
        }
    }

    /// Where a build finds its workspace.
    package static let workspacePath = "/build"
    static let preparedPath = "/pristine"
    static let inputPath = "/run/asu"

    /// The command that prepares an unpacked ImageBuilder; its standard output is what `make info` says.
    ///
    /// - Parameters:
    ///   - folder: Folder on the host with the unpacked tree in `tree`; it is changed.
    ///   - logFolder: Folder on the host for both output streams.
    package static func prepare(folder: String, logFolder: String) -> SandboxedCommand {
        SandboxedCommand(
            ["/bin/sh", "-c", .text(ImageBuilderScripts.prepare), "asu-prepare", .path(in: workspacePath, "")],
            workspace: .folder(.init(folder, at: workspacePath, isWritable: true)),
            logFolder: logFolder)
    }
}
