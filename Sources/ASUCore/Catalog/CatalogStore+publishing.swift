internal import Foundation

/// Changing what is in force: the janitor's side of the catalog.
extension CatalogStore {
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
        let dropped = Self.dropped(by: change, names: pairs, before, namesBefore)
        let removed = change.removedVersions.map(\.text) + change.removedFeeds.map { CatalogKeys.feedsPrefix + $0 }
        var arguments: [RedisArgument] = [
            .text(lock), .integer(change.isVisible ? 1 : 0), .integer(Int64(pairs.count)),
            .integer(Int64(change.sources.count)), .integer(Int64(named.count)),
            .integer(Self.blobAfterlife.components.seconds),
        ]
        for (field, value) in pairs { arguments += [.text(field), value] }
        for (field, value) in change.sources { arguments += [.text(field), .bytes(value)] }
        arguments += removed.map { .text($0) }
        let reply = try await redis.eval(
            Self.publishScript,
            keys: [keys.catalog, keys.lock, keys.sources] + named.map(keys.blob) + dropped.map(keys.blob),
            arguments: arguments
        )
        if reply.int == -2 {
            throw CatalogError(.missingBlob, "a blob went before its manifest came; nothing was changed, try again")
        }
        guard let generation = reply.int, generation >= 0 else {
            throw CatalogError(.lockLost, "another janitor took over; nothing was changed")
        }
        return generation
    }

    /// The blobs that are in force before a change and not after it.
    private static func dropped(
        by change: CatalogChange,
        names pairs: [(field: String, value: RedisArgument)],
        _ before: CatalogContents,
        _ namesBefore: CatalogNames
    ) -> Set<String> {
        var (after, namesAfter) = (before, namesBefore)
        for manifest in change.manifests { Version(manifest.version).map { after.manifests[$0] = manifest } }
        for feeds in change.feeds { after.feeds[feeds.branch] = feeds }
        for version in change.removedVersions {
            after.manifests[version] = nil
            namesAfter.manifests[version] = nil
        }
        for branch in change.removedFeeds {
            after.feeds[branch] = nil
            namesAfter.feeds[branch] = nil
        }
        for (field, value) in pairs {
            guard case .text(let name) = value else { continue }
            if let version = Version(field) {
                namesAfter.manifests[version] = name
            } else if field.hasPrefix(CatalogKeys.feedsPrefix) {
                namesAfter.feeds[String(field.dropFirst(CatalogKeys.feedsPrefix.count))] = name
            }
        }
        return before.blobs.union(namesBefore.all).subtracting(after.blobs).subtracting(namesAfter.all)
    }

    private static let publishScript = RedisScript(
        name: "catalog-publish",
        """
        if redis.call('GET', KEYS[2]) ~= ARGV[1] then return -1 end
        local last = 3 + tonumber(ARGV[5])
        for index = 4, last do
            if redis.call('EXISTS', KEYS[index]) == 0 then return -2 end
        end
        for index = 4, last do redis.call('PERSIST', KEYS[index]) end
        for index = last + 1, #KEYS do redis.call('EXPIRE', KEYS[index], ARGV[6]) end
        local next = 7
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
