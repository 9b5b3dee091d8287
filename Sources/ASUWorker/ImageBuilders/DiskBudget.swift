import ASUCore
import Foundation
import Logging

/// Keeps a worker's caches within the setting `cache_size_mb`: the oldest unused ImageBuilders and packages go first.
struct DiskBudget: Sendable {
    /// `<cache_path>/imagebuilders`.
    let imageBuilders: String
    /// `<cache_path>/packages`.
    let packages: String
    let maxBytes: Int64
    let logger: Logger

    private struct Item {
        let path: String
        let bytes: Int64
        let used: Date
        let isTree: Bool
    }

    /// Removes what is over the budget, but no tree that a build uses. Blocking.
    func makeRoom() throws {
        var items = trees() + packageFiles()
        var total = items.reduce(0) { $0 + $1.bytes }
        guard total > maxBytes else { return }
        items.sort { $0.used < $1.used }
        for item in items where total > maxBytes {
            guard item.isTree else {
                for path in [item.path, item.path + ".json"] { try? FileManager.default.removeItem(atPath: path) }
                total -= item.bytes
                continue
            }
            guard let lock = try FileLock.tryAcquire(item.path + ".lock", .exclusive) else { continue }
            // Renamed first: a tree is either whole or not there.
            let doomed = item.path + ".removed"
            guard rename(item.path, doomed) == 0 else { continue }
            withExtendedLifetime(lock) {}
            try FileManager.default.removeItem(atPath: doomed)
            total -= item.bytes
            logger.info("ImageBuilder removed to stay within cache_size_mb", metadata: ["path": "\(item.path)"])
        }
    }

    /// Removes what a killed worker left half done. Blocking; only to be called when nothing is being set up.
    func removeLeftovers() throws {
        for name in names(imageBuilders) where name.hasSuffix(".partial") || name.hasSuffix(".removed") {
            let home = imageBuilders + "/" + name.prefix(64)
            guard let lock = try FileLock.tryAcquire(home + ".setup", .exclusive) else { continue }
            try FileManager.default.removeItem(atPath: imageBuilders + "/" + name)
            withExtendedLifetime(lock) {}
        }
    }

    private func names(_ folder: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    }

    private func trees() -> [Item] {
        names(imageBuilders).filter { RequestHash($0) != nil }.map { name in
            let path = imageBuilders + "/" + name
            return Item(path: path, bytes: size(path), used: modified(path), isTree: true)
        }
    }

    private func packageFiles() -> [Item] {
        names(packages).flatMap { part in names(packages + "/" + part).map { packages + "/" + part + "/" + $0 } }
            .filter { !$0.hasSuffix(".json") }
            .map { Item(path: $0, bytes: size($0), used: modified($0), isTree: false) }
    }

    private func modified(_ path: String) -> Date {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return attributes?[.modificationDate] as? Date ?? .distantPast
    }

    /// The bytes that a file or a whole folder takes on disk.
    private func size(_ path: String) -> Int64 {
        var status = stat()
        guard lstat(path, &status) == 0 else { return 0 }
        guard status.st_mode & S_IFMT == S_IFDIR else { return Int64(status.st_blocks) * 512 }
        return names(path).reduce(Int64(status.st_blocks) * 512) { $0 + size(path + "/" + $1) }
    }
}
