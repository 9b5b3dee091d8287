internal import Foundation

/// Manifests and feeds in memory, by the names of their blobs: a new generation costs what changed and no more.
actor DecodedCatalog {
    private var manifests: [String: VersionManifest] = [:]
    private var feeds: [String: BranchFeeds] = [:]

    /// What `names` stand for.
    ///
    /// - Parameters:
    ///   - names: What is in force.
    ///   - read: Gives the blobs of names, in order.
    /// - Returns: The contents; what `names` doesn't have is forgotten.
    /// - Throws: ``CatalogError`` `.malformed`, and what `read` throws.
    func contents(
        _ names: CatalogNames,
        read: @Sendable ([String]) async throws -> [[UInt8]]
    ) async throws -> CatalogContents {
        let known = manifests
        var current: [String: VersionManifest] = [:]
        for name in names.manifests.values { current[name] = known[name] }
        let unread = Set(names.manifests.values).filter { current[$0] == nil }.sorted()
        for (name, bytes) in zip(unread, try await read(unread)) { current[name] = try Self.decode(bytes, name: name) }
        let knownFeeds = feeds
        var currentFeeds: [String: BranchFeeds] = [:]
        for name in names.feeds.values { currentFeeds[name] = knownFeeds[name] }
        let unreadFeeds = Set(names.feeds.values).filter { currentFeeds[$0] == nil }.sorted()
        for (name, bytes) in zip(unreadFeeds, try await read(unreadFeeds)) {
            currentFeeds[name] = try Self.decode(bytes, name: name)
        }
        // Others may have been here meanwhile; what they read and this doesn't need is read again, no more.
        manifests = current
        feeds = currentFeeds
        var contents = CatalogContents()
        contents.generation = names.generation
        for (version, name) in names.manifests { contents.manifests[version] = current[name] }
        for (branch, name) in names.feeds { contents.feeds[branch] = currentFeeds[name] }
        return contents
    }

    static func decode<Value: Decodable>(_ bytes: [UInt8], name: String) throws(CatalogError) -> Value {
        do {
            return try JSONDecoder().decode(Value.self, from: Data(bytes))
        } catch {
            throw CatalogError(.malformed, "\(name) can't be read (run asu-janitor init): \(error)")
        }
    }
}
