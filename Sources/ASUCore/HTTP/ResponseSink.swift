/// The head of the reply that a transfer ends with.
struct ResponseHead: Sendable {
    var status = 0
    var headers = HTTPReplyHeaders()
    var finalURL = ""
}

/// Where a transfer's body goes.
///
/// Called on the client's thread only, while the transfer runs.
protocol ResponseSink: AnyObject {
    /// Called once, before the first byte of the body, and for a reply without one at its end.
    func begin(_ head: ResponseHead) throws(HTTPFetchError)
    /// Called for each piece of the body.
    func write(_ bytes: UnsafeRawBufferPointer) throws(HTTPFetchError)
}

/// Keeps a body in memory, up to a bound.
final class MemorySink: ResponseSink {
    private let limit: Int64
    private let url: String
    private(set) var body: [UInt8] = []

    init(limit: Int64, url: String) {
        self.limit = limit
        self.url = url
    }

    func begin(_ head: ResponseHead) {
        if let length = head.headers.contentLength, length > 0, length <= limit, length < 1 << 24 {
            body.reserveCapacity(Int(length))
        }
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(HTTPFetchError) {
        guard Int64(body.count) + Int64(bytes.count) <= limit else {
            throw HTTPFetchError(.tooLarge, url: url, "the body is longer than the \(limit) bytes allowed")
        }
        body.append(contentsOf: bytes)
    }
}
