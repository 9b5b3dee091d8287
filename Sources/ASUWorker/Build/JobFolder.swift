import ASUCore
import Foundation

/// One build's folder on the host: what goes into the sandbox read-only, and the logs that come out.
struct JobFolder: Sendable {
    let path: String

    /// Bound read-only at `/run/asu` inside: the list of feeds, keys, the overlay of files.
    var input: String { path + "/input" }
    /// Where `stdout.log` and `stderr.log` are written.
    var logs: String { path + "/logs" }
    /// The workspace on disk, where the build's view isn't in memory.
    var workspace: String { path + "/workspace" }

    /// Makes a new folder below `parent`, named by this process and the job.
    static func create(in parent: String, token: Int64) async throws -> JobFolder {
        let folder = JobFolder(path: "\(parent)/\(getpid())-\(token)")
        try await BlockingWork.run {
            if FileManager.default.fileExists(atPath: folder.path) {
                try FileManager.default.removeItem(atPath: folder.path)
            }
            for path in [folder.input, folder.logs, folder.workspace] {
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            }
        }
        return folder
    }

    /// Writes what the build reads.
    ///
    /// - Parameters:
    ///   - repositories: The list of feeds.
    ///   - request: Whose first-boot script and keys go in.
    /// - Throws: A Foundation error, or ``SignatureError`` for a key that isn't one.
    func fill(repositories: RepositoryFile, request: BuildRequest) async throws {
        try await BlockingWork.run {
            try write(repositories.text, to: "repositories")
            if let defaults = request.defaults {
                try write(defaults, to: "files/etc/uci-defaults/99-asu-defaults", mode: 0o755)
            }
            for (index, key) in request.repositoryKeys.enumerated() {
                if key.isPEM {
                    try write(key.text, to: "keys/asu-\(index).pem")
                } else {
                    let usign = try UsignPublicKey(key.text)
                    try write("untrusted comment: of the request\n\(key.text)\n", to: "keys/\(usign.fingerprint)")
                }
            }
        }
    }

    private func write(_ text: String, to name: String, mode: Int = 0o644) throws {
        let file = input + "/" + name
        let parent = String(file[..<(file.lastIndex(of: "/") ?? file.endIndex)])
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
    }

    /// Removes the folder and everything in it.
    func remove() async throws {
        try await BlockingWork.run { try FileManager.default.removeItem(atPath: path) }
    }

    /// Whether a folder of this name belongs to another process of this host that still runs.
    ///
    /// This process's own number stands for an earlier one that had it, as in a container, where it is always the same.
    static func isOfOtherWorker(_ name: String) -> Bool {
        guard let process = pid_t(name.prefix { $0 != "-" }), process > 0, process != getpid() else { return false }
        return kill(process, 0) == 0 || errno == EPERM
    }

    /// Removes the folders that workers which no longer run left behind; to be called before this process makes one.
    ///
    /// Blocking.
    ///
    /// - Throws: A Foundation error if one can't be removed.
    static func removeLeftovers(in parent: String) throws {
        guard FileManager.default.fileExists(atPath: parent) else { return }
        for name in try FileManager.default.contentsOfDirectory(atPath: parent) where !isOfOtherWorker(name) {
            do {
                try FileManager.default.removeItem(atPath: parent + "/" + name)
            } catch let error as CocoaError where error.code == .fileNoSuchFile {
                // Another worker that starts now does the same.
                continue
            }
        }
    }
}
