import ASUCore
import Foundation
import Synchronization

/// The files that a build handed over, in their staging folder.
struct BuildProducts: Sendable {
    /// The stripped package list as the build script wrote it: opkg's lines, or apk's JSON.
    private static let manifestNames = ["asu-manifest", "asu-manifest.json"]
    private static let maxTextBytes = 32 << 20

    let folder: String
    private let all: [ArtifactStreamReader.Artifact]

    init(folder: String, artifacts: [ArtifactStreamReader.Artifact]) {
        self.folder = folder
        all = artifacts
    }

    /// Without what only the worker reads.
    var artifacts: [ArtifactStreamReader.Artifact] { all.filter { !Self.manifestNames.contains($0.name) } }

    /// The profiles.json of the build, or `nil` if it wrote none or one that can't be read.
    func profiles() async throws -> BuildProfiles? {
        guard let bytes = try await read("profiles.json") else { return nil }
        return try? BuildProfiles(json: bytes)
    }

    /// The installed packages without ABI suffixes; the script's file is removed, it isn't to be published.
    ///
    /// - Throws: ``BuildFailure`` `.infrastructure` if the build left none.
    func manifest() async throws -> BuildManifest {
        do {
            if let json = try await take("asu-manifest.json") { return try BuildManifest(apkQuery: json) }
            if let lines = try await take("asu-manifest") {
                return try BuildManifest(lines: String(decoding: lines, as: UTF8.self))
            }
            // A tree whose tools don't know the query: its own list, in which libraries keep their ABI suffixes.
            if let own = all.first(where: { $0.name.hasSuffix(".manifest") }), let lines = try await read(own.name) {
                return try BuildManifest(lines: String(decoding: lines, as: UTF8.self))
            }
        } catch let error as BuildOutputError {
            throw BuildFailure.infrastructure(message: "\(error)")
        }
        throw BuildFailure.infrastructure(message: "The build left no list of its packages")
    }

    /// Writes `buildlog.txt`: the command, then both streams.
    ///
    /// - Parameters:
    ///   - command: Program and arguments.
    ///   - stdout: The file with its standard output.
    ///   - stderr: The file with its standard error.
    ///   - published: Makes a text fit for the public.
    /// - Throws: A Foundation error if it can't be written.
    func writeLog(
        _ command: [String],
        stdout: String,
        stderr: String,
        published: @escaping @Sendable (String) -> String = { $0 }
    ) async throws {
        let path = folder + "/buildlog.txt"
        try await BlockingWork.run {
            var log = Data("$ \(command.map { $0.contains(" ") ? "'\($0)'" : $0 }.joined(separator: " "))\n".utf8)
            for (title, file) in [("stdout", stdout), ("stderr", stderr)] {
                log += Data("\n--- \(title) ---\n".utf8)
                let text = String(decoding: FileManager.default.contents(atPath: file) ?? Data(), as: UTF8.self)
                log += Data(published(text).utf8)
            }
            try log.write(to: URL(fileURLWithPath: path))
        }
    }

    private func take(_ name: String) async throws -> [UInt8]? {
        guard let bytes = try await read(name) else { return nil }
        let path = folder + "/" + name
        try await BlockingWork.run { try FileManager.default.removeItem(atPath: path) }
        return bytes
    }

    private func read(_ name: String) async throws -> [UInt8]? {
        guard let artifact = all.first(where: { $0.name == name }), artifact.size <= Self.maxTextBytes else {
            return nil
        }
        let path = folder + "/" + name
        return try await BlockingWork.run {
            FileManager.default.contents(atPath: path).map { Array($0) }
        }
    }
}

/// Carries the artifacts out of the closure that reads them.
final class ArtifactBox: Sendable {
    private let artifacts = Mutex<[ArtifactStreamReader.Artifact]>([])

    func put(_ list: [ArtifactStreamReader.Artifact]) { artifacts.withLock { $0 = list } }

    func take() -> [ArtifactStreamReader.Artifact] { artifacts.withLock { $0 } }
}
