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
    /// - Parameter progress: Told which step begins.
    /// - Throws: ``ImageBuilderError``.
    func tree(
        _ version: Version,
        _ target: Target,
        progress: @Sendable (BuildStep) async throws -> Void
    ) async throws -> ImageBuilderTree {
        let archive = try await locator.locate(version, target)
        try await onDisk { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }
        let home = "\(folder)/\(archive.sha256)"
        let lockPath = home + ".lock"
        var lock = try await FileLock.acquire(lockPath, .shared)
        if try await !exists(home) {
            // flock can't be raised in one step; whoever is first sets the tree up, the others find it.
            withExtendedLifetime(lock) {}
            lock = try await setUp(archive, home: home, lockPath: lockPath, version, target, progress)
        }
        try await onDisk { try FileManager.default.setAttributes([.modificationDate: Date()], ofItemAtPath: home) }
        return try await open(archive, home: home, lock: lock)
    }

    private func setUp(
        _ archive: ImageBuilderArchive,
        home: String,
        lockPath: String,
        _ version: Version,
        _ target: Target,
        _ progress: @Sendable (BuildStep) async throws -> Void
    ) async throws -> FileLock {
        let setUpLock = try await FileLock.acquire(home + ".setup", .exclusive)
        defer { withExtendedLifetime(setUpLock) {} }
        if try await !exists(home) {
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
                if error.code == .wrongHash { await locator.forget(version, target) }
                throw Self.downloadError(error)
            }
            try await progress(.unpackImageBuilder)
            try await unpack(file, home: home)
            logger.info("ImageBuilder set up", metadata: ["version": "\(version)", "target": "\(target)"])
        }
        return try await FileLock.acquire(lockPath, .shared)
    }

    private static func downloadError(_ error: HTTPFetchError) -> any Error {
        switch error.code {
        case .cancelled: CancellationError()
        case .wrongHash, .wrongSize: ImageBuilderError(.untrusted, "\(error)")
        case .diskFull, .fileSystem: ImageBuilderError(.disk, "\(error)")
        default: ImageBuilderError(.upstream, "\(error)")
        }
    }

    private func unpack(_ file: String, home: String) async throws {
        let partial = home + ".partial"
        try await onDisk {
            if FileManager.default.fileExists(atPath: partial) { try FileManager.default.removeItem(atPath: partial) }
            try FileManager.default.createDirectory(atPath: partial + "/tree", withIntermediateDirectories: true)
        }
        do {
            do {
                _ = try await ArchiveExtractor(stripComponents: 1).extract(file, into: partial + "/tree")
            } catch let error as ArchiveError {
                throw ImageBuilderError(error.code == .diskFull ? .disk : .malformed, "\(error)")
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
            try? await onDisk { try FileManager.default.removeItem(atPath: partial) }
            throw error
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
            throw ImageBuilderError(.malformed, "\(path): \(error)")
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
