internal import Foundation
internal import NIOCore

/// The catalog in Redis: manifests that name blobs.
///
/// The janitor writes it, servers and workers read it.
package struct CatalogStore: Sendable {
    /// How long a blob that no manifest names any more can still be read.
    package static let blobAfterlife = Duration.seconds(600)
    /// How long a blob waits for a manifest that names it: longer than any refresh, so that one that fails leaves
    /// nothing behind for good.
    static let stagedLife = Duration.seconds(6 * 3600)

    private let redis: RedisClient
    private let keys: CatalogKeys

    package init(redis: RedisClient, keys: CatalogKeys = CatalogKeys()) {
        self.redis = redis
        self.keys = keys
    }

    /// Counts the changes of the catalog; 0 if there is none yet.
    package func generation() async throws -> Int64 {
        try await redis.send(RedisCommand("HGET", keys.catalog, CatalogKeys.generationField)).text
            .flatMap { Int64($0) } ?? 0
    }

    /// All manifests with the generation that they belong to, read in one step.
    ///
    /// - Throws: ``CatalogError`` `.malformed`, ``RedisError``.
    package func load() async throws -> (generation: Int64, manifests: [Version: VersionManifest]) {
        let (generation, values) = try await read()
        var manifests: [Version: VersionManifest] = [:]
        for (version, value) in values { manifests[version] = try Self.decode(value, name: version.text) }
        return (generation, manifests)
    }

    /// The versions in the catalog, also those whose manifest can't be read.
    ///
    /// - Throws: ``RedisError``.
    package func versions() async throws -> [Version] {
        let names = try await redis.send(RedisCommand("HKEYS", keys.catalog)).elements ?? []
        return names.compactMap { $0.text.flatMap { Version($0) } }
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

    private func read() async throws -> (generation: Int64, values: [Version: ByteBuffer]) {
        let fields = try await redis.send(RedisCommand("HGETALL", keys.catalog)).elements ?? []
        var generation: Int64 = 0
        var values: [Version: ByteBuffer] = [:]
        for index in stride(from: 0, to: fields.count - 1, by: 2) {
            guard let name = fields[index].text, let value = fields[index + 1].bytes else { continue }
            if name == CatalogKeys.generationField {
                generation = Int64(String(buffer: value)) ?? 0
            } else if let version = Version(name) {
                values[version] = value
            }
        }
        return (generation, values)
    }

    private static func decode(_ value: ByteBuffer, name: String) throws -> VersionManifest {
        do {
            let json = try Compression.decompress(Array(buffer: value), maxBytes: 64 << 20)
            return try JSONDecoder().decode(VersionManifest.self, from: Data(json))
        } catch {
            throw CatalogError(.malformed, "manifest of \(name) can't be read (run asu-janitor init): \(error)")
        }
    }

    /// The bytes that were put under `name`, which is their hash.
    ///
    /// - Throws: ``CatalogError`` `.missingBlob` or `.malformed`, ``RedisError``.
    package func blob(_ name: String) async throws -> [UInt8] {
        guard let value = try await redis.send(RedisCommand("GET", keys.blob(name))).bytes else {
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

    /// Keeps `bytes` under their own hash, unless they are there already, for ``stagedLife`` or as long as a manifest
    /// in force names them.
    ///
    /// - Returns: The blob's name, to be put in a manifest.
    package func put(_ bytes: [UInt8]) async throws -> String {
        let name = SHA256Digest(hashing: bytes).hex
        let seconds = Self.stagedLife.components.seconds
        let left = try await redis.send(RedisCommand("PTTL", keys.blob(name))).int ?? -2
        // -1: a manifest in force names it. -2: it isn't there.
        if left == -1 { return name }
        if left >= 0, try await redis.send(RedisCommand("EXPIRE", keys.blob(name), seconds)).int == 1 { return name }
        _ = try await redis.send(RedisCommand("SET", keys.blob(name), try Compression.zstd(bytes), "EX", seconds))
        return name
    }

    /// Puts the manifests in force and takes others out, in one step and with a new generation number; blobs that only
    /// the old ones named go after ``blobAfterlife``.
    ///
    /// - Parameters:
    ///   - manifests: The new manifests, whose blobs were put before.
    ///   - removing: The versions to take out.
    ///   - releases: What upstream calls stable and upcoming; `nil` leaves what is there.
    ///   - lock: The janitor's token; without it in force nothing is changed.
    /// - Returns: The new generation.
    /// - Throws: ``CatalogError`` `.lockLost`, `.missingBlob` if one that a manifest names isn't there (any more),
    ///   ``RedisError``.
    @discardableResult
    package func publish(
        _ manifests: [VersionManifest],
        removing: [Version] = [],
        releases: ReleaseNames? = nil,
        lock: String
    ) async throws -> Int64 {
        // A manifest that can't be read is replaced like any other; its own blobs aren't known.
        let before = try await read().values.compactMapValues { try? Self.decode($0, name: "") }
        var arguments: [RedisArgument] = [.text(lock), .integer(Int64(manifests.count + (releases == nil ? 0 : 1)))]
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        for manifest in manifests {
            let json = try Array(encoder.encode(manifest))
            arguments += [.text(manifest.version), .bytes(try Compression.zstd(json))]
        }
        if let releases {
            arguments += [.text(CatalogKeys.releasesField), .bytes(try Array(encoder.encode(releases)))]
        }
        arguments += removing.map { .text($0.text) }
        let named = manifests.reduce(into: Set<String>()) { $0.formUnion($1.blobs) }
        let reply = try await redis.eval(
            Self.publishScript,
            keys: [keys.catalog, keys.lock] + named.map(keys.blob),
            arguments: arguments
        )
        if reply.int == -2 {
            throw CatalogError(.missingBlob, "a blob went before its manifest came; nothing was changed, try again")
        }
        guard let generation = reply.int, generation > 0 else {
            throw CatalogError(.lockLost, "another janitor took over; nothing was changed")
        }
        var after = before
        for manifest in manifests { Version(manifest.version).map { after[$0] = manifest } }
        for version in removing { after[version] = nil }
        let kept = after.values.reduce(into: Set<String>()) { $0.formUnion($1.blobs) }
        let dropped = before.values.reduce(into: Set<String>()) { $0.formUnion($1.blobs) }.subtracting(kept)
        if !dropped.isEmpty {
            let seconds = Self.blobAfterlife.components.seconds
            _ = try await redis.pipeline(dropped.map { RedisCommand("EXPIRE", keys.blob($0), seconds) })
        }
        return generation
    }

    private static let publishScript = RedisScript(
        name: "catalog-publish",
        """
        if redis.call('GET', KEYS[2]) ~= ARGV[1] then return -1 end
        for index = 3, #KEYS do
            if redis.call('EXISTS', KEYS[index]) == 0 then return -2 end
        end
        for index = 3, #KEYS do redis.call('PERSIST', KEYS[index]) end
        local count = tonumber(ARGV[2])
        for index = 0, count - 1 do
            redis.call('HSET', KEYS[1], ARGV[3 + 2 * index], ARGV[4 + 2 * index])
        end
        for index = 3 + 2 * count, #ARGV do redis.call('HDEL', KEYS[1], ARGV[index]) end
        -- The first number is the time: a Redis that lost its data must not begin with a number servers know already.
        redis.call('HSETNX', KEYS[1], ':generation', redis.call('TIME')[1])
        return redis.call('HINCRBY', KEYS[1], ':generation', 1)
        """
    )
}
