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

    private let redis: RedisClient
    private let keys: CatalogKeys
    private let decoded = DecodedCatalog()
    private var writes = true

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

    /// Puts manifests in force; see ``publish(_:lock:)``.
    @discardableResult
    package func publish(
        _ manifests: [VersionManifest],
        removing: [Version] = [],
        releases: ReleaseNames? = nil,
        lock: String
    ) async throws -> Int64 {
        var change = CatalogChange()
        change.manifests = manifests
        change.removedVersions = removing
        change.releases = releases
        return try await publish(change, lock: lock)
    }

    /// Makes a change in one step, with a new generation number if servers can see it; blobs that nothing in force
    /// names any more go after ``blobAfterlife``.
    ///
    /// - Parameters:
    ///   - change: What is put in force and taken out.
    ///   - lock: The janitor's token; without it in force nothing is changed.
    /// - Returns: The generation in force now.
    /// - Throws: ``CatalogError`` `.lockLost`, `.missingBlob` if one that a manifest names isn't there (any more),
    ///   ``RedisError``.
    @discardableResult
    package func publish(_ change: CatalogChange, lock: String) async throws -> Int64 {
        guard writes else { return try await generation() }
        let before = try await readableContents()
        let namesBefore = try await inForce()
        var named = Set<String>()
        var pairs: [(field: String, value: RedisArgument)] = []
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        for manifest in change.manifests {
            let name = try await put(Array(encoder.encode(manifest)))
            pairs.append((manifest.version, .text(name)))
            named.formUnion(manifest.blobs)
            named.insert(name)
        }
        for feeds in change.feeds {
            let name = try await put(Array(encoder.encode(feeds)))
            pairs.append((CatalogKeys.feedsPrefix + feeds.branch, .text(name)))
            named.formUnion(feeds.blobs)
            named.insert(name)
        }
        if let releases = change.releases {
            pairs.append((CatalogKeys.releasesField, .bytes(try Array(encoder.encode(releases)))))
        }
        let removed = change.removedVersions.map(\.text) + change.removedFeeds.map { CatalogKeys.feedsPrefix + $0 }
        var arguments: [RedisArgument] = [
            .text(lock), .integer(change.isVisible ? 1 : 0), .integer(Int64(pairs.count)),
            .integer(Int64(change.sources.count)),
        ]
        for (field, value) in pairs { arguments += [.text(field), value] }
        for (field, value) in change.sources { arguments += [.text(field), .bytes(value)] }
        arguments += removed.map { .text($0) }
        let reply = try await redis.eval(
            Self.publishScript,
            keys: [keys.catalog, keys.lock, keys.sources] + named.map(keys.blob),
            arguments: arguments
        )
        if reply.int == -2 {
            throw CatalogError(.missingBlob, "a blob went before its manifest came; nothing was changed, try again")
        }
        guard let generation = reply.int, generation >= 0 else {
            throw CatalogError(.lockLost, "another janitor took over; nothing was changed")
        }
        try await drop(before, namesBefore)
        return generation
    }

    /// Lets the blobs go that were in force before and aren't now.
    private func drop(_ before: CatalogContents, _ namesBefore: CatalogNames) async throws {
        let after = try await readableContents()
        let namesAfter = try await inForce()
        let dropped = before.blobs.union(namesBefore.all).subtracting(after.blobs).subtracting(namesAfter.all)
        guard !dropped.isEmpty else { return }
        let seconds = Self.blobAfterlife.components.seconds
        _ = try await redis.pipeline(dropped.map { RedisCommand("EXPIRE", keys.blob($0), seconds) })
    }

    private func inForce() async throws -> CatalogNames {
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

    private static let publishScript = RedisScript(
        name: "catalog-publish",
        """
        if redis.call('GET', KEYS[2]) ~= ARGV[1] then return -1 end
        for index = 4, #KEYS do
            if redis.call('EXISTS', KEYS[index]) == 0 then return -2 end
        end
        for index = 4, #KEYS do redis.call('PERSIST', KEYS[index]) end
        local next = 5
        for _ = 1, tonumber(ARGV[3]) do
            redis.call('HSET', KEYS[1], ARGV[next], ARGV[next + 1])
            next = next + 2
        end
        for _ = 1, tonumber(ARGV[4]) do
            if ARGV[next + 1] == '' then
                redis.call('HDEL', KEYS[3], ARGV[next])
            else
                redis.call('HSET', KEYS[3], ARGV[next], ARGV[next + 1])
            end
            next = next + 2
        end
        for index = next, #ARGV do redis.call('HDEL', KEYS[1], ARGV[index]) end
        if ARGV[2] == '0' then return tonumber(redis.call('HGET', KEYS[1], ':generation') or '0') end
        -- The first number is the time: a Redis that lost its data must not begin with a number servers know already.
        redis.call('HSETNX', KEYS[1], ':generation', redis.call('TIME')[1])
        return redis.call('HINCRBY', KEYS[1], ':generation', 1)
        """
    )
}
