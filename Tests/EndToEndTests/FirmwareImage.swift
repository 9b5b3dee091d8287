import ASUCore
import ASUTestSupport
import Foundation

/// A downloaded image, unpacked for a look inside.
struct FirmwareImage {
    /// The unpacked root file system.
    let root: String

    /// Where the squashfs begins in a sysupgrade image of the sample upstream.
    static let sysupgradeOffset = 65_536
    /// In an x86 combined image, after gunzip.
    static let combinedOffset = 1_572_864

    /// Unpacks the squashfs at `offset` of `file`.
    static func unsquash(_ file: String, offset: Int, in folder: TemporaryDirectory) async throws -> FirmwareImage {
        let root = folder.file("root-\(UUID().uuidString)")
        let log = folder.file("unsquashfs-\(UUID().uuidString).log")
        let child = try ChildProcess(
            "/usr/bin/unsquashfs",
            ["-q", "-n", "-no-xattrs", "-o", "\(offset)", "-d", root, file],
            output: log,
            errors: log
        )
        let ending = try await child.wait(for: .seconds(60))
        // 2: some attribute could not be set, as device nodes when not root.
        guard ending == .exited(0) || ending == .exited(2) else {
            throw TestSupportError("unsquashfs: \(ending): \(try String(contentsOfFile: log, encoding: .utf8))")
        }
        return FirmwareImage(root: root)
    }

    /// Unpacks a gzip-compressed file beside itself.
    static func gunzip(_ file: String) throws -> String {
        let bytes = try Compression.decompress(TemporaryDirectory.contents(of: file), maxBytes: 1 << 30)
        let target = String(file.dropLast(3))
        try Data(bytes).write(to: URL(fileURLWithPath: target))
        return target
    }

    /// The SHA-256 of a file in it, or `nil` if there is none.
    func sha256(_ path: String) -> String? {
        let file = root + (path.hasPrefix("/") ? path : "/" + path)
        return (try? SHA256Digest.ofFileBlocking(file))?.hex
    }

    func text(_ path: String) -> String? { try? String(contentsOfFile: root + "/" + path, encoding: .utf8) }
}
