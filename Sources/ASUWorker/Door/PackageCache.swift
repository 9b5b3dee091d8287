import ASUCore
import Foundation
import Logging

/// Package files and indexes of upstream's feeds on disk, shared by all workers of the host.
///
/// An index is asked for again after a minute, with its ETag. A package file is good for as long as the index of its
/// folder hasn't changed since it was fetched; feeds are rebuilt under unchanged file names, so its name alone proves
/// nothing. If upstream doesn't answer, what is there is served.
actor PackageCache {
    /// What came of a look-up.
    enum Found: Sendable {
        /// The file's path in the cache.
        case file(String)
        /// Upstream says that there is no such file.
        case missing
    }

    private struct Entry: Codable, Sendable {
        var url: String
        var etag: String?
        var lastModified: String?
        /// Unix seconds.
        var checkedAt: Double
        /// When the content was last seen to change; Unix seconds.
        var changedAt: Double
        /// Of the content: two workers that write at one instant may leave the content of one, the entry of the other.
        var inode: UInt64 = 0
    }

    private static let maxFileBytes: Int64 = 512 << 20

    private let folder: String
    private let client: HTTPClient
    private let logger: Logger
    /// Seconds.
    private let indexLifetime: Double
    private var busy: Set<String> = []
    private var waiters: [String: [CheckedContinuation<Void, Never>]] = [:]

    init(folder: String, client: HTTPClient, logger: Logger, indexLifetime: Double = 60) {
        self.folder = folder
        self.client = client
        self.logger = logger
        self.indexLifetime = indexLifetime
    }

    /// The file `name` of the folder at `base`.
    ///
    /// - Throws: ``HTTPFetchError`` or ``PackageCacheError`` if it isn't there and upstream doesn't answer.
    func file(_ name: String, of base: String) async throws -> Found {
        let url = "\(base)/\(name)"
        await lock(url)
        defer { unlock(url) }
        let path = Self.path(folder, url)
        let (entry, isFresh) = try await look(path, name: name, base: base)
        if isFresh { return .file(path) }
        do {
            return try await fetch(url, path: path, entry: entry)
        } catch  where entry != nil && Self.isOutage(error) {
            logger.warning(
                "upstream doesn't answer; using the cached file",
                metadata: ["url": "\(url)", "error": "\(error)"]
            )
            return .file(path)
        }
    }

    private static func isOutage(_ error: any Error) -> Bool {
        switch error {
        case let error as HTTPFetchError: error.isTransient
        case let error as PackageCacheError: error.status >= 500 || [408, 429].contains(error.status)
        default: false
        }
    }

    /// Has the files of these folders asked for again at their next use: a build found them not to fit together.
    ///
    /// Which of them is wrong isn't known, so the indexes count as changed, and with that every package as unchecked.
    func distrust(_ bases: [String]) async throws {
        for base in bases {
            for name in ["Packages", "Packages.gz", "Packages.sig", "packages.adb"] {
                let url = "\(base)/\(name)"
                await lock(url)
                defer { unlock(url) }
                let path = Self.path(folder, url)
                try await BlockingWork.run {
                    guard var entry = Self.readEntry(path) else { return }
                    entry.checkedAt = 0
                    entry.changedAt = Date().timeIntervalSince1970
                    try Self.write(entry, body: nil, path: path)
                }
            }
        }
    }

    /// Whether `name` is an index, which changes under its name.
    static func isIndex(_ name: String) -> Bool {
        name.hasPrefix("Packages") || name.hasSuffix(".adb") || name == "index.json" || name == "APKINDEX.tar.gz"
    }

    /// What is there, and whether it needs no asking.
    ///
    /// Other workers write here too, so this is read from the disk.
    private func look(_ path: String, name: String, base: String) async throws -> (entry: Entry?, isFresh: Bool) {
        let indexes = ["Packages.gz", "packages.adb", "Packages"].map { Self.path(folder, "\(base)/\($0)") }
        let lifetime = indexLifetime
        return try await BlockingWork.run {
            guard let entry = Self.readEntry(path) else { return (nil, false) }
            // The disk budget takes what wasn't used for longest. If another worker's just took this, opening it fails,
            // and the build is tried again.
            utimes(path, nil)
            let isRecent = Date().timeIntervalSince1970 - entry.checkedAt < lifetime
            if Self.isIndex(name) { return (entry, isRecent) }
            guard let changedAt = indexes.lazy.compactMap({ Self.readEntry($0)?.changedAt }).first else {
                return (entry, isRecent)
            }
            return (entry, entry.checkedAt >= changedAt)
        }
    }

    private func fetch(_ url: String, path: String, entry: Entry?) async throws -> Found {
        var request = HTTPFetch(url, timeout: .seconds(300), maxBytes: Self.maxFileBytes)
        if let entry {
            request.etag = entry.etag
            request.ifModifiedSince = entry.lastModified
        }
        let reply = try await client.fetch(request)
        let now = Date().timeIntervalSince1970
        switch reply.status {
        case 304:
            guard var entry else { break }
            entry.checkedAt = now
            let checked = entry
            try await BlockingWork.run { try Self.write(checked, body: nil, path: path) }
            return .file(path)
        case 200:
            let new = Entry(
                url: url,
                etag: reply.headers.etag,
                lastModified: reply.headers.lastModified,
                checkedAt: now,
                changedAt: now
            )
            try await BlockingWork.run { try Self.write(new, body: reply.body, path: path) }
            return .file(path)
        case 404, 410:
            return .missing
        default:
            break
        }
        throw PackageCacheError(url: url, status: reply.status)
    }

    private static func path(_ folder: String, _ url: String) -> String {
        let name = SHA256Digest(hashing: Array(url.utf8)).hex
        return "\(folder)/\(name.prefix(2))/\(name)"
    }

    /// What is known of a file that is there, or `nil`; a blocking call.
    private static func readEntry(_ path: String) -> Entry? {
        // An entry that can't be read, or is about another worker's file of the same name, is mended by a new fetch.
        guard let inode = inode(path), let data = FileManager.default.contents(atPath: path + ".json"),
            let entry = try? JSONDecoder().decode(Entry.self, from: data), entry.inode == inode
        else { return nil }
        return entry
    }

    /// Replaces the content, if there is a new one, and what is known of it; a blocking call.
    private static func write(_ entry: Entry, body: [UInt8]?, path: String) throws {
        var entry = entry
        if let body {
            let parent = String(path.dropLast(65))
            try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
            let new = "\(path).\(UUID().uuidString)"
            try Data(body).write(to: URL(fileURLWithPath: new))
            guard let inode = inode(new), rename(new, path) == 0 else {
                throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
            }
            entry.inode = inode
        }
        try JSONEncoder().encode(entry).write(to: URL(fileURLWithPath: path + ".json"), options: .atomic)
    }

    private static func inode(_ path: String) -> UInt64? {
        var status = stat()
        return stat(path, &status) == 0 ? UInt64(status.st_ino) : nil
    }

    /// One fetch of an address at a time; who comes meanwhile waits and then finds it fresh.
    private func lock(_ url: String) async {
        while busy.contains(url) {
            await withCheckedContinuation { waiters[url, default: []].append($0) }
        }
        busy.insert(url)
    }

    private func unlock(_ url: String) {
        busy.remove(url)
        for waiter in waiters.removeValue(forKey: url) ?? [] { waiter.resume() }
    }
}

/// A feed's server answered with something that is neither a file nor "not found".
struct PackageCacheError: Error, CustomStringConvertible {
    let url: String
    let status: Int

    var description: String { "\(url): expected 200, got \(status)" }
}
