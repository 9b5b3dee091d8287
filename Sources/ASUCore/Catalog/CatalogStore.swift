internal import Foundation
internal import NIOCore

/// The catalog in Redis: manifests that name blobs. The janitor writes it, servers and workers read it.
package struct CatalogStore: Sendable {
    /// How long a blob that no manifest names any more can still be read.
    package static let blobAfterlife = Duration.seconds(600)

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
        let fields = try await redis.send(RedisCommand("HGETALL", keys.catalog)).elements ?? []
        var generation: Int64 = 0
        var manifests: [Version: VersionManifest] = [:]
        for index in stride(from: 0, to: fields.count - 1, by: 2) {
            guard let name = fields[index].text, let value = fields[index + 1].bytes else { continue }
            if name == CatalogKeys.generationField {
                generation = Int64(String(buffer: value)) ?? 0
            } else if let version = Version(name) {
                manifests[version] = try Self.decode(value, name: name)
            }
        }
        return (generation, manifests)
    }

    private static func decode(_ value: ByteBuffer, name: String) throws -> VersionManifest {
        do {
            let json = try Compression.decompress(Array(buffer: value), maxBytes: 64 << 20)
            return try JSONDecoder().decode(VersionManifest.self, from: Data(json))
        } catch {
            throw CatalogError(.malformed, "manifest of \(name) can't be read (run asu-janitor init): \(error)")
        }
    }

    /// The bytes that were put under `name`.
    ///
    /// - Throws: ``CatalogError`` `.missingBlob` or `.malformed`, ``RedisError``.
    package func blob(_ name: String) async throws -> [UInt8] {
        guard let value = try await redis.send(RedisCommand("GET", keys.blob(name))).bytes else {
            throw CatalogError(.missingBlob, "blob \(name) is gone; the catalog was replaced meanwhile")
        }
        do {
            return try Compression.decompress(Array(buffer: value), maxBytes: 256 << 20)
        } catch {
            throw CatalogError(.malformed, "blob \(name) can't be decompressed: \(error)")
        }
    }

    /// Keeps `bytes` under their own hash, unless they are there already.
    ///
    /// - Returns: The blob's name, to be put in a manifest.
    package func put(_ bytes: [UInt8]) async throws -> String {
        let name = SHA256Digest(hashing: bytes).hex
        // PERSIST answers 0 both for "no such key" and "had no expiry"; EXISTS tells them apart.
        let replies = try await redis.pipeline([
            RedisCommand("PERSIST", keys.blob(name)), RedisCommand("EXISTS", keys.blob(name)),
        ])
        if replies.last?.int != 1 {
            let compressed = try Compression.zstd(bytes)
            _ = try await redis.send(RedisCommand("SET", keys.blob(name), compressed))
        }
        return name
    }

    /// Puts the manifests in force and takes others out, in one step and with a new generation number; blobs that only
    /// the old ones named go after ``blobAfterlife``.
    ///
    /// - Parameters:
    ///   - lock: The janitor's token; without it in force nothing is changed.
    /// - Returns: The new generation.
    /// - Throws: ``CatalogError`` `.lockLost`, ``RedisError``.
    @discardableResult
    package func publish(_ manifests: [VersionManifest], removing: [Version] = [], lock: String) async throws -> Int64 {
        let before = try await load().manifests
        var arguments: [RedisArgument] = [.text(lock), .integer(Int64(manifests.count))]
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        for manifest in manifests {
            let json = try Array(encoder.encode(manifest))
            arguments += [.text(manifest.version), .bytes(try Compression.zstd(json))]
        }
        arguments += removing.map { .text($0.text) }
        let reply = try await redis.eval(Self.publishScript, keys: [keys.catalog, keys.lock], arguments: arguments)
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
        local count = tonumber(ARGV[2])
        for index = 0, count - 1 do
            redis.call('HSET', KEYS[1], ARGV[3 + 2 * index], ARGV[4 + 2 * index])
        end
        for index = 3 + 2 * count, #ARGV do redis.call('HDEL', KEYS[1], ARGV[index]) end
        return redis.call('HINCRBY', KEYS[1], ':generation', 1)
        """
    )
}
