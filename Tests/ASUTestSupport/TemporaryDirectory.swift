internal import Glibc

/// A folder of its own below the system's temporary folder, removed with all it holds when released.
package final class TemporaryDirectory: Sendable {
    /// The absolute path, free of symbolic links, without a slash at the end.
    package let path: String

    /// Makes the folder, readable by its owner only.
    ///
    /// - Throws: ``TestSupportError``.
    package init(_ label: String = "asu") throws {
        let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        guard let resolved = realpath(base, nil) else { throw TestSupportError.system("resolve \(base)") }
        defer { free(resolved) }
        var template = Array("\(String(cString: resolved))/\(label)-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw TestSupportError.system("make a folder in \(base)") }
        path = template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
    }

    deinit {
        Self.remove(path)
    }

    /// The absolute path of a file or folder in it.
    package func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a file, making the folders on its way.
    ///
    /// - Returns: Its absolute path.
    /// - Throws: ``TestSupportError``.
    @discardableResult
    package func write(_ bytes: [UInt8], to name: String) throws -> String {
        var folder = path
        for part in name.split(separator: "/").dropLast() {
            folder += "/\(part)"
            guard mkdir(folder, 0o755) == 0 || errno == EEXIST else { throw TestSupportError.system("make \(folder)") }
        }
        let descriptor = open(file(name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw TestSupportError.system("create \(file(name))") }
        defer { close(descriptor) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { throw TestSupportError.system("write \(file(name))") }
            rest = rest.dropFirst(count)
        }
        return file(name)
    }

    /// Writes a text file; see ``write(_:to:)-([UInt8],_)``.
    @discardableResult
    package func write(_ text: String, to name: String) throws -> String {
        try write(Array(text.utf8), to: name)
    }

    /// The contents of a file anywhere, whole.
    ///
    /// - Throws: ``TestSupportError``.
    package static func contents(of path: String) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw TestSupportError.system("open \(path)") }
        defer { close(descriptor) }
        var contents: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            guard count >= 0 else { throw TestSupportError.system("read \(path)") }
            if count == 0 { return contents }
            contents += buffer[..<count]
        }
    }

    /// Whether anything, a dangling link too, has that path.
    package static func exists(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }

    private static func remove(_ path: String) {
        if let folder = opendir(path) {
            // What a test made read-only must go too.
            chmod(path, 0o700)
            while let entry = readdir(folder) {
                let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                }
                if name == "." || name == ".." { continue }
                let child = "\(path)/\(name)"
                if unlink(child) != 0 { remove(child) }
            }
            closedir(folder)
        }
        rmdir(path)
    }
}
