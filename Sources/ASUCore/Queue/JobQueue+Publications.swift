/// Which published folders are still needed, for whoever removes files.
extension JobQueue {
    /// Most folders that one script looks at.
    package static let maxPublications = 500

    /// Finds published folders that no record names any more.
    ///
    /// They stay in the list until ``forget(_:)``, so that a removal that was cut short is done again.
    ///
    /// - Parameters:
    ///   - time: How long ago their record ended at least.
    ///   - skipped: How many to pass over, from the oldest: those found before that couldn't be removed.
    ///   - limit: Most folders to look at, up to ``maxPublications``.
    /// - Returns: Folders relative to the store, and whether there may be more after these.
    /// - Throws: ``QueueError``.
    package func endedPublications(
        since time: Duration,
        skipping skipped: Int = 0,
        limit: Int = maxPublications
    ) async throws -> (folders: [String], mayHaveMore: Bool) {
        let limit = min(max(limit, 1), Self.maxPublications)
        let arguments: [RedisArgument] = [
            .text(keys.buildPrefix), .integer(time.milliseconds), .integer(Int64(skipped)), .integer(Int64(limit)),
        ]
        let reply = try await run(QueueScripts.ended, record: nil, arguments).elements ?? []
        guard reply.count == 2, let looked = reply[0].int, let folders = reply[1].elements else {
            throw QueueError.unexpectedReply("ended")
        }
        return (folders.compactMap(\.text), looked == limit)
    }

    /// Takes published folders off the list: they are removed.
    ///
    /// - Throws: ``QueueError``.
    package func forget(_ folders: [String]) async throws {
        guard !folders.isEmpty else { return }
        let command = RedisCommand("ZREM", arguments: [.text(keys.published)] + folders.map { .text($0) })
        _ = try await send(command, "forget")
    }

    /// Says what folders found in the store are to the queue.
    ///
    /// - Parameter publications: Up to ``maxPublications``.
    /// - Returns: Their standings, in that order.
    /// - Throws: ``QueueError``.
    package func standings(_ publications: [PublicationPath]) async throws -> [PublicationStanding] {
        guard !publications.isEmpty else { return [] }
        guard publications.count <= Self.maxPublications else {
            throw QueueError(.invalidArgument, "standings: at most \(Self.maxPublications) folders at once")
        }
        let arguments = [.text(keys.buildPrefix)] + publications.map { RedisArgument.text($0.description) }
        let reply = try await run(QueueScripts.standings, record: nil, arguments).elements ?? []
        let standings = reply.compactMap { $0.text.flatMap(PublicationStanding.init(rawValue:)) }
        guard standings.count == publications.count else { throw QueueError.unexpectedReply("standings") }
        return standings
    }

    /// Removes the result that names a folder, if there is one, and notes the folder as one to remove at once.
    ///
    /// - Returns: False if a worker may still be publishing it; then nothing is changed.
    /// - Throws: ``QueueError``.
    package func evict(_ publication: PublicationPath) async throws -> Bool {
        let arguments: [RedisArgument] = [.text(keys.buildPrefix), .text(publication.description)]
        return try await run(QueueScripts.evict, record: nil, arguments).int == 1
    }

    /// Whether a claim is alive: its worker may still publish.
    ///
    /// Once it isn't it never will be again, as a token is given only once.
    ///
    /// - Throws: ``QueueError``.
    package func isRunning(_ hash: RequestHash, token: Int64) async throws -> Bool {
        let command = RedisCommand("HMGET", keys.build(hash.text), "state", "token")
        let values = try await send(command, "isRunning").elements ?? []
        guard values.count == 2 else { throw QueueError.unexpectedReply("isRunning") }
        return values[0].text == JobState.started.rawValue && values[1].int == token
    }

    /// Makes results end early that were built from another revision than upstream has now; waiting and running jobs
    /// are kept.
    ///
    /// - Parameters:
    ///   - revisions: The present revision by version and target, as in ``RevisionKey``; results of others are kept.
    ///   - time: How long such results live on; one that ends earlier anyway is left alone.
    /// - Returns: How many results now end earlier.
    /// - Throws: ``QueueError``.
    package func expireResults(ofOtherThan revisions: [RevisionKey: String], within time: Duration) async throws -> Int
    {
        guard !revisions.isEmpty else { return 0 }
        var (lowered, cursor) = (0, "0")
        repeat {
            let scan = RedisCommand("ZSCAN", keys.published, cursor, "COUNT", Self.maxPublications)
            let reply = try await send(scan, "expireResults").elements ?? []
            guard reply.count == 2, let next = reply[0].text, let pairs = reply[1].elements else {
                throw QueueError.unexpectedReply("expireResults")
            }
            var arguments: [RedisArgument] = []
            for index in stride(from: 0, to: pairs.count, by: 2) {
                guard let publication = pairs[index].text.flatMap({ PublicationPath($0) }),
                    let revision = revisions[RevisionKey(publication)]
                else { continue }
                arguments += [.text(publication.description), .text(revision)]
            }
            lowered += try await outdate(arguments, within: time)
            cursor = next
        } while cursor != "0"
        return lowered
    }

    private func outdate(_ pairs: [RedisArgument], within time: Duration) async throws -> Int {
        guard !pairs.isEmpty else { return 0 }
        let arguments: [RedisArgument] = [.text(keys.buildPrefix), .integer(time.milliseconds)] + pairs
        guard let count = try await run(QueueScripts.outdate, record: nil, arguments).int else {
            throw QueueError.unexpectedReply("outdate")
        }
        return Int(clamping: count)
    }
}

/// A version and a target of it, which have one revision.
package struct RevisionKey: Sendable, Hashable {
    private let version: String
    private let target: String

    /// Creates a key.
    package init(_ version: Version, _ target: Target) {
        self.version = version.text
        self.target = target.description
    }

    init(_ publication: PublicationPath) {
        version = String(publication.version)
        target = publication.target
    }
}
