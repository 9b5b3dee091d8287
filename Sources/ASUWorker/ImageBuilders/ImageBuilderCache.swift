import ASUCore
import Foundation
import Logging

/// The ImageBuilders of this host: one pristine tree per archive, set up by one worker at a time, shared by all.
///
/// `<cache_path>/imagebuilders/<sha256>/` holds `tree/`, `large/` and `info.txt`, the output of `make info`; beside it lies
/// `<sha256>.lock`. A tree is unpacked and prepared beside and then renamed, so that one that is there is whole.
struct ImageBuilderCache: Sendable {
    let folder: String
    let locator: ImageBuilderLocator
    let client: HTTPClient
    let preparation: ImageBuilderPreparation
    let budget: DiskBudget
    let logger: Logger

    /// The tree of a target's current ImageBuilder, set up if it isn't there yet.
    ///
    /// - Parameters:
    ///   - version: The version.
    ///   - target: The target.
    ///   - progress: Told which step begins.
    /// - Returns: The tree, which no worker removes as long as the value lives.
    /// - Throws: ``ImageBuilderError``.
    func tree(
        _ version: Version,
        _ target: Target,
        progress: @Sendable (BuildStep) async throws -> Void
    ) async throws -> ImageBuilderTree {
        let archive = try await locator.locate(version, target)
        try await onDisk { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }
        let home = "\(folder)/\(archive.sha256)"
        // Held from before the look until the tree's last use: between the two nobody removes it.
        let lock = try await FileLock.acquire(home + ".lock", .shared)
        if try await !exists(home) { try await setUp(archive, home: home, version, target, progress) }
        try await onDisk { try FileManager.default.setAttributes([.modificationDate: Date()], ofItemAtPath: home) }
        return try await open(archive, home: home, lock: lock)
    }

    /// Sets the tree up, or waits for the worker that does.
    private func setUp(
        _ archive: ImageBuilderArchive,
        home: String,
        _ version: Version,
        _ target: Target,
        _ progress: @Sendable (BuildStep) async throws -> Void
    ) async throws {
        let setUpLock = try await FileLock.acquire(home + ".setup", .exclusive)
        // Held to the end of this function, whatever the optimiser thinks of its last use.
        defer { withExtendedLifetime(setUpLock) {} }
        guard try await !exists(home) else { return }
        try await onDisk { try budget.makeRoom() }
        try await progress(.downloadImageBuilder)
        let file = home + "-" + archive.fileName
        do {
            _ = try await client.download(
                HTTPFetch(archive.url, maxBytes: 4 << 30),
                to: file,
                expectedSHA256: archive.sha256
            )
        } catch let error as HTTPFetchError {
            // Upstream has another archive by now: the next attempt asks for its name and hash again.
            if error.code == .wrongHash || error.code == .refusedStatus(404) { await locator.forget(version, target) }
            throw Self.downloadError(error)
        }
        try await progress(.unpackImageBuilder)
        try await unpack(file, home: home, archive)
        logger.info("ImageBuilder set up", metadata: ["version": "\(version)", "target": "\(target)"])
    }

    private static func downloadError(_ error: HTTPFetchError) -> any Error {
        switch error.code {
        case .cancelled: CancellationError()
        case .wrongHash, .wrongSize: ImageBuilderError(.untrusted, "\(error)")
        case .diskFull, .fileSystem: ImageBuilderError(.disk, "\(error)")
        default: ImageBuilderError(.upstream, "\(error)")
        }
    }

    private func unpack(_ file: String, home: String, _ archive: ImageBuilderArchive) async throws {
        let partial = home + ".partial"
        try await onDisk {
            if FileManager.default.fileExists(atPath: partial) { try FileManager.default.removeItem(atPath: partial) }
            try FileManager.default.createDirectory(atPath: partial + "/tree", withIntermediateDirectories: true)
        }
        do {
            do {
                _ = try await ArchiveExtractor(stripComponents: 1).extract(file, into: partial + "/tree")
            } catch let error as ArchiveError {
                throw Self.unpackError(error, archive)
            }
            let info = try await preparation.prepare(home: partial)
            try await onDisk {
                try Data(info.utf8).write(to: URL(fileURLWithPath: partial + "/info.txt"))
                guard rename(partial, home) == 0 else {
                    throw ImageBuilderError(.disk, "\(partial): can't be renamed: \(String(cString: strerror(errno)))")
                }
                try FileManager.default.removeItem(atPath: file)
            }
        } catch {
            // Neither is of use to the next attempt, which downloads anew.
            for path in [partial, file] {
                do {
                    try await onDisk { try FileManager.default.removeItem(atPath: path) }
                } catch {
                    logger.warning("a failed set-up's files can't be removed", metadata: ["error": "\(error)"])
                }
            }
            throw error
        }
    }

    /// Without the path on this host: what is malformed is told to clients.
    private static func unpackError(_ error: ArchiveError, _ archive: ImageBuilderArchive) -> any Error {
        let entry = error.entry.map { " at \($0)" } ?? ""
        return switch error.code {
        case .cancelled: CancellationError()
        case .diskFull, .writeFailed: ImageBuilderError(.disk, "\(error)")
        default: ImageBuilderError(.malformed, "\(archive.fileName) can't be unpacked\(entry): \(error.reason)")
        }
    }

    private func open(_ archive: ImageBuilderArchive, home: String, lock: FileLock) async throws -> ImageBuilderTree {
        let path = home + "/tree"
        let (info, repositories, format) = try await onDisk {
            let info = try String(contentsOfFile: home + "/info.txt", encoding: .utf8)
            let isApk = FileManager.default.fileExists(atPath: path + "/repositories")
            let file = isApk ? "/repositories" : "/repositories.conf"
            let repositories = try String(contentsOfFile: path + file, encoding: .utf8)
            return (info, repositories, isApk ? PackageFormat.apk : .opkg)
        }
        do {
            return ImageBuilderTree(
                home: home,
                archive: archive,
                info: try ImageBuilderInfo(text: info),
                format: format,
                repositories: repositories,
                lock: lock
            )
        } catch {
            throw ImageBuilderError(.malformed, "\(archive.fileName): \(error)")
        }
    }

    private func exists(_ path: String) async throws -> Bool {
        try await onDisk { FileManager.default.fileExists(atPath: path) }
    }

    private func onDisk<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        do {
            return try await BlockingWork.run(body)
        } catch let error as CocoaError {
            throw ImageBuilderError(.disk, "\(folder): \(error.localizedDescription)")
        }
    }
}
