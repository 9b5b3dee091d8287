/// A command for a sandbox, with everything it may see.
package struct SandboxedCommand: Sendable {
    /// A folder or file of the host, and where it stands inside.
    package struct Mount: Sendable, Hashable {
        /// Absolute path on the host.
        ///
        /// A worker that runs as root must own it.
        package var source: String
        /// Absolute path inside.
        package var destination: String
        /// Whether the command may change it.
        package var isWritable: Bool

        /// Makes a mount, read-only unless told.
        package init(_ source: String, at destination: String, isWritable: Bool = false) {
            self.source = source
            self.destination = destination
            self.isWritable = isWritable
        }
    }

    /// The one place that the command may write to.
    package enum Workspace: Sendable, Hashable {
        /// A file system in memory, empty at start and gone at the end; bounded by the limits.
        case memory(at: String)
        /// A folder of the host, bounded by nothing but its disk.
        case folder(Mount)
    }

    /// One argument.
    package enum Argument: Sendable, Hashable, ExpressibleByStringLiteral {
        /// The text as it is.
        case text(String)
        /// The path `relative` below the mount or workspace at `destination`, wherever the sandbox has put that.
        case path(in: String, String)

        /// An argument of fixed text.
        package init(stringLiteral value: String) { self = .text(value) }
    }

    /// Program (an absolute path) and arguments.
    package var arguments: [Argument]
    /// The whole environment; `PATH` and `LC_ALL` are added if absent.
    package var environment: [String: String]
    /// What it may read.
    package var mounts: [Mount]
    /// Where it may write.
    package var workspace: Workspace
    /// Folder on the host for `stdout.log` and `stderr.log`; must exist.
    package var logFolder: String

    /// Makes a command.
    package init(
        _ arguments: [Argument],
        environment: [String: String] = [:],
        mounts: [Mount] = [],
        workspace: Workspace,
        logFolder: String
    ) {
        self.arguments = arguments
        self.environment = environment
        self.mounts = mounts
        self.workspace = workspace
        self.logFolder = logFolder
    }

    /// The environment with the defaults filled in.
    var fullEnvironment: [String: String] {
        environment.merging(["PATH": Self.systemPath, "LC_ALL": "C", "TZ": "UTC"]) { own, _ in own }
    }

    /// The arguments as text; `place` gives the path that stands for a mount.
    func resolvedArguments(_ place: (Mount) -> String) throws(SandboxError) -> [String] {
        var resolved: [String] = []
        for argument in arguments {
            switch argument {
            case .text(let text): resolved.append(text)
            case .path(in: let destination, let relative):
                guard let mount = allMounts.first(where: { $0.destination == destination }) else {
                    throw SandboxError(.invalidArgument, destination, "an argument names a mount that is not there")
                }
                resolved.append(relative.isEmpty ? place(mount) : "\(place(mount))/\(relative)")
            }
        }
        return resolved
    }

    private var allMounts: [Mount] {
        switch workspace {
        case .memory(let destination): mounts + [Mount("", at: destination, isWritable: true)]
        case .folder(let mount): mounts + [mount]
        }
    }

    static let systemPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
}
