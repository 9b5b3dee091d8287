import ASUCore
import Foundation

/// The programs that ImageBuilders and builds call on this host.
enum HostTools {
    /// Program and the Debian package that has it.
    static let required: [(program: String, package: String)] = [
        ("bash", "bash"), ("bzip2", "bzip2"), ("cp", "coreutils"), ("diff", "diffutils"), ("file", "file"),
        ("gawk", "gawk"), ("getopt", "util-linux"), ("make", "make"), ("patch", "patch"), ("perl", "perl"),
        ("prlimit", "util-linux"), ("python3", "python3"), ("rsync", "rsync"), ("tar", "tar"), ("unzip", "unzip"),
        ("wget", "wget"), ("which", "debianutils"), ("xz", "xz-utils"), ("zstd", "zstd"),
    ]

    /// Throws if any program is missing from `path`.
    ///
    /// - Parameters:
    ///   - sandbox: Which sandbox they are for.
    ///   - path: The folders to search, separated by colons.
    /// - Throws: ``HostError`` that names every missing one with its Debian package.
    static func check(sandbox: Settings.SandboxKind, path: String = SandboxedCommand.systemPath) throws {
        var wanted = required
        if sandbox == .bubblewrap { wanted += [("bwrap", "bubblewrap"), ("socat", "socat")] }
        let folders = path.split(separator: ":")
        let missing = wanted.filter { tool in
            !folders.contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(tool.program)") }
        }
        guard missing.isEmpty else {
            let programs = missing.map(\.program).joined(separator: ", ")
            let packages = Set(missing.map(\.package)).sorted().joined(separator: " ")
            throw HostError(reason: "missing on this host: \(programs); on Debian: apt-get install \(packages)")
        }
    }
}

/// This host can't run builds.
struct HostError: Error, CustomStringConvertible {
    let reason: String

    var description: String { reason }
}
