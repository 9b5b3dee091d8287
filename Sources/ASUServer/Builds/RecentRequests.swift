import ASUCore
import NIOCore
import Synchronization

/// The requests parsed lately, by the bytes of their bodies: some clients post the same body again and again instead of
/// polling, and routers of one kind post equal ones.
///
/// What a body parses to depends on nothing else, so an entry is never out of date.
final class RecentRequests: Sendable {
    /// A well-formed request with its hash.
    struct Entry: Sendable {
        let request: BuildRequest
        let hash: RequestHash
    }

    private struct Key: Hashable {
        let json: ByteBuffer
        let client: String?
    }

    /// Two generations: when the newer one is full, the older one is dropped.
    private struct Generations {
        var newer: [Key: Entry] = [:]
        var older: [Key: Entry] = [:]
        var newerBytes = 0
    }

    /// The longest body that is kept.
    private static let maxBodyBytes = 16 << 10
    /// The bodies of a generation; with what they parse to they take some eight times as much memory.
    private static let maxGenerationBytes = 256 << 10

    private let generations = Mutex(Generations())

    /// Parses a body, or finds what it parsed to before; `client` is who asks, where the body doesn't say.
    ///
    /// - Throws: ``ValidationError``; a body that is refused isn't kept.
    func parse(json: ByteBuffer, client: String?, limits: RequestLimits) throws(ValidationError) -> Entry {
        let key = Key(json: json, client: client)
        if let entry = find(key) { return entry }
        var body = try BuildRequestBody(json: json)
        if body.client == nil { body.client = client }
        let request = try BuildRequest(body, limits: limits)
        let entry = Entry(request: request, hash: RequestHash(request))
        keep(entry, key)
        return entry
    }

    private func find(_ key: Key) -> Entry? {
        guard key.json.readableBytes <= Self.maxBodyBytes else { return nil }
        let (entry, isOld) = generations.withLock { generations in
            if let entry = generations.newer[key] { return (Entry?.some(entry), false) }
            return (generations.older[key], true)
        }
        if let entry, isOld { keep(entry, key) }
        return entry
    }

    private func keep(_ entry: Entry, _ key: Key) {
        let size = key.json.readableBytes
        guard size <= Self.maxBodyBytes else { return }
        // A buffer of its own: the request's may be a part of a larger one.
        let own = Key(json: ByteBuffer(bytes: key.json.readableBytesView), client: key.client)
        generations.withLock { generations in
            guard generations.newer.updateValue(entry, forKey: own) == nil else { return }
            generations.newerBytes += size
            guard generations.newerBytes > Self.maxGenerationBytes else { return }
            generations.older = generations.newer
            generations.newer = [:]
            generations.newerBytes = 0
        }
    }
}
