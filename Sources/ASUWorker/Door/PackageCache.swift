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
    }

    private static let indexLifetime = 60.0
    private static let maxFileBytes: Int64 = 512 << 20

    private let folder: String
    private let client: HTTPClient
    private let logger: Logger
    private var busy: Set<String> = []
    private var waiters: [String: [CheckedContinuation<Void, Never>]] = [:]

    init(folder: String, client: HTTPClient, logger: Logger) {
        self.folder = folder
        self.client = client
        self.logger = logger
    }

    /// The file `name` of the folder at `base`.
    ///
    /// - Throws: ``HTTPFetchError`` if it isn't there and upstream doesn't answer.
    func file(_ name: String, of base: String) async throws -> Found {
        let url = "\(base)/\(name)"
        await lock(url)
        defer { unlock(url) }
        let path = Self.path(folder, url)
        let entry = await Self.readEntry(path)
        if let entry, await isFresh(entry, name: name, base: base) { return .file(path) }
        do {
            return try await fetch(url, path: path, entry: entry)
        } catch let error as HTTPFetchError where entry != nil && error.isTransient {
            logger.warning(
                "upstream doesn't answer; using the cached file",
                metadata: ["url": "\(url)", "error": "\(error)"]
            )
            return .file(path)
        }
    }

    /// Has the indexes of these folders asked for again at their next use: a build found them not to fit together.
    func distrust(_ bases: [String]) async throws {
        for base in bases {
            for name in ["Packages", "Packages.gz", "Packages.sig", "packages.adb"] {
                let path = Self.path(folder, "\(base)/\(name)")
                guard var entry = await Self.readEntry(path) else { continue }
                entry.checkedAt = 0
                try await Self.write(entry, body: nil, path: path)
            }
        }
    }

    /// Whether `name` is an index, which changes under its name.
    static func isIndex(_ name: String) -> Bool {
        name.hasPrefix("Packages") || name.hasSuffix(".adb") || name == "index.json" || name == "APKINDEX.tar.gz"
    }

    private func isFresh(_ entry: Entry, name: String, base: String) async -> Bool {
        let now = Date().timeIntervalSince1970
        if Self.isIndex(name) { return now - entry.checkedAt < Self.indexLifetime }
        var changedAt: Double?
        for index in ["Packages.gz", "packages.adb", "Packages"] where changedAt == nil {
            changedAt = await Self.readEntry(Self.path(folder, "\(base)/\(index)"))?.changedAt
        }
        guard let changedAt else { return now - entry.checkedAt < Self.indexLifetime }
        return entry.checkedAt >= changedAt
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
            try await Self.write(entry, body: nil, path: path)
            return .file(path)
        case 200:
            let new = Entry(
                url: url,
                etag: reply.headers.etag,
                lastModified: reply.headers.lastModified,
                checkedAt: now,
                changedAt: now
            )
            try await Self.write(new, body: reply.body, path: path)
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

    private static func readEntry(_ path: String) async -> Entry? {
        try? await BlockingWork.run {
            guard FileManager.default.fileExists(atPath: path),
                let data = FileManager.default.contents(atPath: path + ".json")
            else { return nil }
            return try? JSONDecoder().decode(Entry.self, from: data)
        }
    }

    private static func write(_ entry: Entry, body: [UInt8]?, path: String) async throws {
        try await BlockingWork.run {
            let parent = String(path.dropLast(65))
            try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
            if let body { try Data(body).write(to: URL(fileURLWithPath: path), options: .atomic) }
            try JSONEncoder().encode(entry).write(to: URL(fileURLWithPath: path + ".json"), options: .atomic)
        }
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
