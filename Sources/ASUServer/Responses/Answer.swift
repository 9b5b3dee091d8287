import ASUCore
import HTTPTypes
import Hummingbird
import NIOCore

/// An answer, JSON unless it says otherwise: a status, headers and bytes that are encoded already, compressed if the
/// client takes it.
struct Answer: ResponseGenerator {
    /// Below this many bytes compressing costs more than it saves.
    static let compressionThreshold = 1024

    var status: HTTPResponse.Status
    var headers: HTTPFields
    var body: ByteBuffer
    /// ``body`` compressed by gzip, where somebody made it ahead of time.
    var compressed: ByteBuffer?
    var contentType = "application/json"

    init(_ status: HTTPResponse.Status, headers: HTTPFields = [:], body: ByteBuffer, compressed: ByteBuffer? = nil) {
        self.status = status
        self.headers = headers
        self.body = body
        self.compressed = compressed
    }

    func response(from request: Request, context: some RequestContext) throws -> Response {
        var headers = headers
        headers[.contentType] = contentType
        if headers[.cacheControl] == nil { headers[.cacheControl] = "no-store" }
        guard body.readableBytes >= Self.compressionThreshold || compressed != nil else {
            return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: body))
        }
        headers[.vary] = "Accept-Encoding"
        guard request.acceptsGzip else {
            return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: body))
        }
        let bytes = try compressed ?? ByteBuffer(bytes: Compression.gzip(Array(buffer: body)))
        headers[.contentEncoding] = "gzip"
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: bytes))
    }
}

extension Request {
    /// Whether `Accept-Encoding` names gzip, or everything, with a weight above zero.
    var acceptsGzip: Bool {
        guard let value = headers[.acceptEncoding] else { return false }
        // What is said of gzip by name counts more than what is said of everything.
        var named: Bool?
        var anything = false
        for offer in value.lowercased().split(separator: ",") {
            let parts = offer.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" } }
            let weight = parts.dropFirst().first { $0.hasPrefix("q=") }.map { Double($0.dropFirst(2)) ?? 0 } ?? 1
            if parts.first == "gzip" { named = weight > 0 }
            if parts.first == "*" { anything = weight > 0 }
        }
        return named ?? anything
    }
}
