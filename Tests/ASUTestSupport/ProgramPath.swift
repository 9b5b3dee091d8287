internal import Glibc

/// Where the project's own programs lie: beside the tests, in the folder that everything is built into.
package enum ProgramPath {
    /// The absolute path of a program such as `asu-server`.
    ///
    /// - Throws: ``TestSupportError`` if it isn't there.
    package static func find(_ name: String) throws -> String {
        guard let resolved = realpath("/proc/self/exe", nil) else { throw TestSupportError.system("find the tests") }
        defer { free(resolved) }
        var candidates: [String] = []
        // The tests may be inside a bundle; the runner may be the toolchain's, with the bundle as an argument.
        for start in [String(cString: resolved)] + CommandLine.arguments where start.hasPrefix("/") {
            var folder = start[...]
            for _ in 0..<4 {
                guard let slash = folder.lastIndex(of: "/") else { break }
                folder = folder[..<slash]
                candidates.append("\(folder)/\(name)")
            }
        }
        guard let found = candidates.first(where: { access($0, X_OK) == 0 && !isFolder($0) }) else {
            throw TestSupportError("\(name) is not beside the tests; build the whole package first")
        }
        return found
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}
