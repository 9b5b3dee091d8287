import ASUCore
import HTTPTypes
import Hummingbird
import NIOCore

/// An answer that changes seldom, encoded and compressed once for all who ask: a file of the tree below `/json/`, a page.
struct Document: Sendable {
    let body: ByteBuffer
    let compressed: ByteBuffer
    /// A strong validator: the SHA-256 of the body.
    let etag: String
    let contentType: String
    /// What further headers it has, `Cache-Control` among them.
    let headers: HTTPFields

    init(
        _ bytes: [UInt8],
        contentType: String = "application/json",
        headers: HTTPFields = [.cacheControl: "public, max-age=60"]
    ) throws {
        self.contentType = contentType
        self.headers = headers
        body = ByteBuffer(bytes: bytes)
        compressed = ByteBuffer(bytes: try Compression.gzip(bytes))
        etag = "\"\(SHA256Digest(hashing: bytes).hex)\""
    }

    init(_ text: String) throws { try self.init(Array(text.utf8)) }

    /// The bytes that it takes in memory.
    var size: Int { body.readableBytes + compressed.readableBytes }

    /// The answer to a request for it: 304 where the client has it.
    func response(to request: Request) -> Response {
        let isCompressed = request.acceptsGzip
        var headers = headers
        headers[.eTag] = isCompressed ? etag.dropLast() + "-gzip\"" : etag
        headers[.vary] = "Accept-Encoding"
        if let tags = request.headers[.ifNoneMatch],
            EntityTags.matches(tags, etag) || EntityTags.matches(tags, headers[.eTag] ?? "")
        {
            return Response(status: .notModified, headers: headers)
        }
        headers[.contentType] = contentType
        if isCompressed { headers[.contentEncoding] = "gzip" }
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: isCompressed ? compressed : body))
    }
}
