import ASUTestSupport
import Glibc

/// Genuine metadata beside the package, laid out like the download server.
enum SharedUpstream {
    static let root: String = {
        guard let file = realpath(#filePath, nil) else { return "" }
        defer { free(file) }
        // Three parts up: the file, ASUJanitorTests, Tests.
        let parts = String(cString: file).split(separator: "/").dropLast(3)
        return "/" + parts.joined(separator: "/") + "/../shared/data/upstream"
    }()

    static let exists = TemporaryDirectory.exists("\(root)/releases/24.10.4")

    /// The only folder below a target's `kmods`.
    static func kernel(_ target: String) -> String {
        guard let folder = opendir("\(root)/releases/\(target)/kmods") else { return "" }
        defer { closedir(folder) }
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { return name }
        }
        return ""
    }
}
