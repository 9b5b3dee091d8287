internal import Foundation
internal import NIOCore

/// The catalog in Redis: a small hash says which manifests and feeds are in force, and these name blobs.
///
/// The janitor writes it, servers and workers read it. Everything but the hash is named by its content, so that a
/// reader who took the hash at one instant sees all of one state and nothing of another.
package struct CatalogStore: Sendable {
    /// How long a blob that nothing in force names any more can still be read.
    package static let blobAfterlife = Duration.seconds(600)
    /// How long a blob waits to be put in force: longer than any refresh, so that one that fails leaves nothing behind
    /// for good.
    static let stagedLife = Duration.seconds(6 * 3600)

    let redis: RedisClient
    let keys: CatalogKeys
    private let decoded = DecodedCatalog()
    private(set) var writes = true

    package init(redis: RedisClient, keys: CatalogKeys = CatalogKeys()) {
        self.redis = redis
        self.keys = keys
    }

    /// The same catalog, where blobs are named but not kept and nothing is put in force.
    package var readingOnly: CatalogStore {
        var store = self
        store.writes = false
        return store
    }

    /// Counts the changes of the catalog; 0 if there is none yet.
    package func generation() async throws -> Int64 {
        try await redis.send(RedisCommand("HGET", keys.catalog, CatalogKeys.generationField)).text
            .flatMap { Int64($0) } ?? 0
    }

    /// All manifests, with the feeds of their branches, and the generation that they belong to.
    ///
    /// - Throws: ``CatalogError`` `.malformed`, `.missingBlob`, ``RedisError``.
    package func load() async throws -> (generation: Int64, manifests: [Version: VersionManifest]) {
        let contents = try await contents()
        return (contents.generation, contents.joined)
    }

    /// All that is in force; what was read before and is still in force isn't read again.
    ///
    /// - Throws: ``CatalogError`` `.malformed`, `.missingBlob`, ``RedisError``.
    package func contents() async throws -> CatalogContents {
        let names = try await inForce()
        if let field = names.malformed.min() {
            throw CatalogError(.malformed, "what is in force of \(field) can't be read (run asu-janitor init)")
        }
        return try await decoded.contents(names) { try await blobs($0) }
    }

    /// The same, but what can't be read is left out: for the janitor, which replaces it.
    ///
    /// - Throws: ``RedisError``.
    package func readableContents() async throws -> CatalogContents {
        do {
            return try await contents()
        } catch let error as CatalogError {
            guard error.code == .malformed || error.code == .missingBlob else { throw error }
        }
        let names = try await inForce()
        var contents = CatalogContents()
        contents.generation = names.generation
        for (version, name) in names.manifests {
            guard let bytes = try await readable(name) else { continue }
            contents.manifests[version] = try? DecodedCatalog.decode(bytes, name: name)
        }
        for (branch, name) in names.feeds {
            guard let bytes = try await readable(name) else { continue }
            contents.feeds[branch] = try? DecodedCatalog.decode(bytes, name: name)
        }
        return contents
    }

    /// The versions in the catalog, also those whose manifest can't be read.
    ///
    /// - Throws: ``RedisError``.
    package func versions() async throws -> [Version] {
        let names = try await inForce()
        return Array(names.manifests.keys) + names.malformed.compactMap { Version($0) }
    }

    /// What upstream calls stable and upcoming; nothing of it if the catalog doesn't say.
    ///
    /// - Throws: ``CatalogError`` `.malformed`, ``RedisError``.
    package func releases() async throws -> ReleaseNames {
        let value = try await redis.send(RedisCommand("HGET", keys.catalog, CatalogKeys.releasesField)).bytes
        guard let value else { return ReleaseNames() }
        do {
            return try JSONDecoder().decode(ReleaseNames.self, from: Data(value.readableBytesView))
        } catch {
            throw CatalogError(.malformed, "the names of the releases can't be read (run asu-janitor init): \(error)")
        }
    }

    /// What the janitor knows of upstream's files, by part of the catalog.
    ///
    /// - Throws: ``RedisError``.
    package func sources() async throws -> [String: [UInt8]] {
        try await fields(keys.sources).mapValues { Array(buffer: $0) }
    }

    /// When each part of the catalog was last asked for upstream, in Unix seconds.
    ///
    /// - Throws: ``RedisError``.
    package func checks() async throws -> [String: Int] {
        try await fields(keys.checks).compactMapValues { Int(String(buffer: $0)) }
    }

    /// Notes when parts of the catalog were asked for upstream.
    ///
    /// - Parameter checks: Unix seconds by part; `nil` removes a part.
    /// - Throws: ``RedisError``.
    package func note(checks: [String: Int?]) async throws {
        guard writes else { return }
        let set = checks.compactMapValues { $0 }
        var commands: [RedisCommand] = []
        if !set.isEmpty {
            let pairs = set.flatMap { [RedisArgument.text($0.key), .integer(Int64($0.value))] }
            commands.append(RedisCommand("HSET", arguments: [.text(keys.checks)] + pairs))
        }
        let gone = checks.filter { $0.value == nil }.keys
        if !gone.isEmpty {
            commands.append(RedisCommand("HDEL", arguments: [.text(keys.checks)] + gone.map { .text($0) }))
        }
        if !commands.isEmpty { _ = try await redis.pipeline(commands) }
    }

    /// The decompressed bytes of a blob, checked against its name.
    ///
    /// - Throws: ``CatalogError`` `.missingBlob` or `.malformed`, ``RedisError``.
    package func blob(_ name: String) async throws -> [UInt8] {
        let values = try await blobs([name])
        return values[0]
    }

    /// The table of an index.
    ///
    /// - Throws: ``CatalogError`` `.missingBlob` or `.malformed`, ``RedisError``.
    package func table(_ index: VersionManifest.Index) async throws -> PackageTable {
        guard let base = index.base else { return PackageTable(bytes: try await blob(index.blob)) }
        let values = try await blobs([index.blob, base])
        return PackageTable(delta: values[0], base: PackageTable(bytes: values[1]))
    }

    /// Keeps `bytes` under their own hash, unless they are there already, for ``stagedLife`` or as long as something in
    /// force names them.
    ///
    /// - Returns: The blob's name, to be put in a manifest.
    package func put(_ bytes: [UInt8]) async throws -> String {
        let name = SHA256Digest(hashing: bytes).hex
        guard writes else { return name }
        let seconds = Self.stagedLife.components.seconds
        let left = try await redis.send(RedisCommand("PTTL", keys.blob(name))).int ?? -2
        // -1: something in force names it. -2: it isn't there.
        if left == -1 { return name }
        if left >= 0, try await redis.send(RedisCommand("EXPIRE", keys.blob(name), seconds)).int == 1 { return name }
        _ = try await redis.send(RedisCommand("SET", keys.blob(name), try Compression.zstd(bytes), "EX", seconds))
        return name
    }

    func inForce() async throws -> CatalogNames {
        CatalogNames(try await fields(keys.catalog))
    }

    private func fields(_ key: String) async throws -> [String: ByteBuffer] {
        let reply = try await redis.send(RedisCommand("HGETALL", key)).elements ?? []
        var fields: [String: ByteBuffer] = [:]
        for index in stride(from: 0, to: reply.count - 1, by: 2) {
            if let name = reply[index].text, let value = reply[index + 1].bytes { fields[name] = value }
        }
        return fields
    }

    /// The decompressed bytes of several blobs, in order.
    private func blobs(_ names: [String]) async throws -> [[UInt8]] {
        var blobs: [[UInt8]] = []
        blobs.reserveCapacity(names.count)
        for start in stride(from: 0, to: names.count, by: 16) {
            let part = names[start..<min(start + 16, names.count)]
            let values = try await redis.pipeline(part.map { RedisCommand("GET", keys.blob($0)) })
            for (name, value) in zip(part, values) { blobs.append(try Self.open(value, name: name)) }
        }
        return blobs
    }

    private func readable(_ name: String) async throws -> [UInt8]? {
        do {
            return try await blob(name)
        } catch is CatalogError {
            return nil
        }
    }

    private static func open(_ value: RESPValue, name: String) throws -> [UInt8] {
        guard let value = value.bytes else {
            throw CatalogError(.missingBlob, "blob \(name) is gone; the catalog was replaced meanwhile")
        }
        let bytes: [UInt8]
        do {
            bytes = try Compression.decompress(Array(buffer: value), maxBytes: 256 << 20)
        } catch {
            throw CatalogError(.malformed, "blob \(name) can't be decompressed: \(error)")
        }
        guard SHA256Digest(hashing: bytes).hex == name else {
            throw CatalogError(.malformed, "blob \(name) was changed in Redis: its hash is another")
        }
        return bytes
    }
}
