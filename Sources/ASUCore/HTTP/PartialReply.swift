internal import Synchronization

/// What arrived of a body before its connection broke, for another attempt to go on from.
package final class PartialReply: Sendable {
    private struct State {
        var etag: String?
        var body: [UInt8] = []
    }

    private let state = Mutex(State())

    /// Holds nothing yet.
    package init() {}

    /// How many bytes are there.
    package var count: Int { state.withLock { $0.body.count } }

    /// The bytes with the entity tag of what they are the beginning of; `nil` if there is nothing to go on from.
    var beginning: (etag: String, body: [UInt8])? {
        state.withLock { state in
            guard let etag = state.etag, !state.body.isEmpty else { return nil }
            return (etag, state.body)
        }
    }

    /// Keeps the beginning of what a strong entity tag names; a weak one doesn't vouch for every byte.
    func keep(_ body: [UInt8], etag: String?) {
        state.withLock { $0 = etag.flatMap { $0.hasPrefix("\"") ? State(etag: $0, body: body) : nil } ?? State() }
    }
}

extension HTTPClient {
    /// Sends a GET like ``fetch(_:)`` and goes on where an earlier attempt with the same `partial` broke off.
    ///
    /// The server is asked for the rest only if the file is still the one that began to arrive; else it sends all of it,
    /// and it may always do so.
    ///
    /// - Parameters:
    ///   - fetch: The request; its range is set here.
    ///   - partial: What arrived so far; holds what arrives now if the connection breaks again.
    /// - Returns: The whole reply, with status 200 if it came in parts.
    /// - Throws: ``HTTPFetchError``.
    package func fetch(_ fetch: HTTPFetch, resuming partial: PartialReply) async throws -> HTTPReply {
        var fetch = fetch
        let beginning = partial.beginning
        if let beginning {
            fetch.rangeStart = Int64(beginning.body.count)
            fetch.headers.append(("If-Range", beginning.etag))
            // The copy at hand differs from the file, or it would not have begun to arrive.
            fetch.etag = nil
            fetch.ifModifiedSince = nil
        }
        let sink = ResumingSink(
            beginning: beginning?.body ?? [],
            beginningTag: beginning?.etag,
            limit: fetch.maxBytes ?? 64 << 20,
            url: fetch.url
        )
        do {
            let head = try await transfer(fetch, to: sink)
            partial.keep([], etag: nil)
            return HTTPReply(
                status: head.status == 206 ? 200 : head.status,
                headers: head.headers,
                body: sink.body,
                finalURL: head.finalURL
            )
        } catch let error as HTTPFetchError {
            partial.keep(error.isTransient ? sink.body : [], etag: sink.etag ?? beginning?.etag)
            throw error
        }
    }
}

/// Keeps a body in memory after what there is of it.
private final class ResumingSink: ResponseSink {
    private let beginning: [UInt8]
    private let beginningTag: String?
    private let limit: Int64
    private let url: String
    private(set) var body: [UInt8]
    private(set) var etag: String?

    init(beginning: [UInt8], beginningTag: String?, limit: Int64, url: String) {
        self.beginning = beginning
        self.beginningTag = beginningTag
        self.limit = limit
        self.url = url
        body = beginning
    }

    func begin(_ head: ResponseHead) throws(HTTPFetchError) {
        guard head.status == 206 else {
            // An error's page is no beginning of the file.
            etag = head.status == 200 ? head.headers.etag : nil
            body = []
            return
        }
        etag = head.headers.etag
        let range = head.headers["content-range"].flatMap { ContentRange($0) }
        let isSameFile = etag == nil || etag == beginningTag
        guard !beginning.isEmpty, isSameFile, range?.start == Int64(beginning.count) else {
            body = []
            throw HTTPFetchError(.badReply, url: url, "the server sent another part than the one asked for")
        }
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(HTTPFetchError) {
        guard Int64(body.count) + Int64(bytes.count) <= limit else {
            throw HTTPFetchError(.tooLarge, url: url, "the body is longer than the \(limit) bytes allowed")
        }
        body.append(contentsOf: bytes)
    }
}
