import Foundation

/// What files take on disk.
enum DiskUsage {
    /// The bytes that a file, or a folder with everything in it, takes; what vanishes meanwhile counts nothing.
    ///
    /// Blocking. Links are counted, not followed.
    static func bytes(of path: String) -> Int64 {
        var status = stat()
        guard lstat(path, &status) == 0 else { return 0 }
        let own = Int64(status.st_blocks) * 512
        guard status.st_mode & S_IFMT == S_IFDIR else { return own }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.reduce(own) { $0 + bytes(of: path + "/" + $1) }
    }
}
