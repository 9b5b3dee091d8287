import ASUCore
import Foundation
import Logging
import Synchronization

/// Keeps a worker's caches within the setting `cache_size_mb`: the longest unused ImageBuilders and packages go first.
final class DiskBudget: Sendable {
    /// `<cache_path>/imagebuilders`.
    let imageBuilders: String
    /// `<cache_path>/packages`.
    let packages: String
    let maxBytes: Int64
    private let logger: Logger
    /// Sizes of trees by path: a tree never changes once it is there, and has thousands of files to look at.
    private let treeSizes = Mutex<[String: Int64]>([:])

    private enum Kind {
        case tree
        /// An archive on its way, or what is left of one.
        case download
        case package
    }

    private struct Item {
        let path: String
        let bytes: Int64
        let used: Date
        let kind: Kind
    }

    init(imageBuilders: String, packages: String, maxBytes: Int64, logger: Logger) {
        self.imageBuilders = imageBuilders
        self.packages = packages
        self.maxBytes = maxBytes
        self.logger = logger
    }

    /// Removes what is over the budget, but nothing that a build uses or a worker sets up.
    ///
    /// Blocking.
    ///
    /// - Throws: ``ImageBuilderError`` or a Foundation error if something can't be looked at or removed.
    func makeRoom() throws {
        var items = try trees() + downloads() + packageFiles()
        var total = items.reduce(0) { $0 + $1.bytes }
        guard total > maxBytes else { return }
        items.sort { $0.used < $1.used }
        for item in items where total > maxBytes {
            if try remove(item) { total -= item.bytes }
        }
    }

    /// Removes what a killed worker left half done; blocking.
    ///
    /// - Throws: ``ImageBuilderError`` or a Foundation error if something can't be removed.
    func removeLeftovers() throws {
        for name in try names(imageBuilders) where name.hasSuffix(".partial") || name.hasSuffix(".removed") {
            let home = imageBuilders + "/" + name.prefix(64)
            guard let lock = try FileLock.tryAcquire(home + ".setup", .exclusive) else { continue }
            try withExtendedLifetime(lock) { try removeIfThere(imageBuilders + "/" + name) }
        }
    }

    /// - Returns: False if it is in use.
    private func remove(_ item: Item) throws -> Bool {
        switch item.kind {
        case .package:
            try removeIfThere(item.path)
            try removeIfThere(item.path + ".json")
        case .download:
            let home = imageBuilders + "/" + item.path.dropFirst(imageBuilders.utf8.count + 1).prefix(64)
            guard let lock = try FileLock.tryAcquire(home + ".setup", .exclusive) else { return false }
            try withExtendedLifetime(lock) { try removeIfThere(item.path) }
        case .tree:
            guard let lock = try FileLock.tryAcquire(item.path + ".lock", .exclusive) else { return false }
            // Renamed first: a tree is either whole or not there.
            let doomed = item.path + ".removed"
            try removeIfThere(doomed)
            let failure = withExtendedLifetime(lock) { rename(item.path, doomed) == 0 ? 0 : errno }
            // If it isn't there, another worker was faster.
            guard failure == 0 else { return failure == ENOENT }
            try removeIfThere(doomed)
            treeSizes.withLock { $0[item.path] = nil }
            logger.info("ImageBuilder removed to stay within cache_size_mb", metadata: ["path": "\(item.path)"])
        }
        return true
    }

    /// Another worker may remove the same thing at the same time.
    private func removeIfThere(_ path: String) throws {
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch let error as CocoaError where error.code == .fileNoSuchFile {
            return
        }
    }

    private func names(_ folder: String) throws -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder)
        } catch let error as CocoaError where error.code == .fileReadNoSuchFile {
            return []
        }
    }

    private func trees() throws -> [Item] {
        try names(imageBuilders).filter { RequestHash($0) != nil }.map { name in
            let path = imageBuilders + "/" + name
            let known = treeSizes.withLock { $0[path] }
            let bytes = known ?? DiskUsage.bytes(of: path)
            treeSizes.withLock { $0[path] = bytes }
            return Item(path: path, bytes: bytes, used: modified(path), kind: .tree)
        }
    }

    private func downloads() throws -> [Item] {
        try names(imageBuilders).filter { RequestHash($0.prefix(64)) != nil && $0.dropFirst(64).hasPrefix("-") }
            .map { imageBuilders + "/" + $0 }
            .map { Item(path: $0, bytes: DiskUsage.bytes(of: $0), used: modified($0), kind: .download) }
    }

    private func packageFiles() throws -> [Item] {
        try names(packages).flatMap { part in
            try names(packages + "/" + part).map { packages + "/" + part + "/" + $0 }
        }
        .filter { !$0.hasSuffix(".json") }
        .map { Item(path: $0, bytes: DiskUsage.bytes(of: $0), used: modified($0), kind: .package) }
    }

    /// When it was used last; the distant past if it is gone.
    private func modified(_ path: String) -> Date {
        var status = stat()
        guard lstat(path, &status) == 0 else { return .distantPast }
        return Date(timeIntervalSince1970: Double(status.st_mtim.tv_sec) + Double(status.st_mtim.tv_nsec) / 1e9)
    }
}
