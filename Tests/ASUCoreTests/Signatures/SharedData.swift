import ASUTestSupport
import Glibc

/// The recorded upstream data that lies beside the package, if it is there.
enum SharedData {
    static let path: String? = {
        // Resolved, as the sources may be reached through links.
        guard let file = realpath(#filePath, nil) else { return nil }
        defer { free(file) }
        let parts = String(cString: file).split(separator: "/")
        // Four parts up: the file, Signatures, ASUCoreTests, Tests.
        let data = "/" + parts.dropLast(4).joined(separator: "/") + "/../shared/data"
        return TemporaryDirectory.exists(data) ? data : nil
    }()

    static var isPresent: Bool { path != nil }

    static func bytes(_ name: String) throws -> [UInt8] {
        try TemporaryDirectory.contents(of: "\(path ?? "")/\(name)")
    }

    static func text(_ name: String) throws -> String {
        String(decoding: try bytes(name), as: UTF8.self)
    }
}
