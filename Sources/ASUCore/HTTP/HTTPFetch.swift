/// One request of ``HTTPClient``.
package struct HTTPFetch: Sendable {
    /// The request method.
    package enum Method: String, Sendable {
        case get = "GET"
        case head = "HEAD"
        case post = "POST"
        case put = "PUT"
        case delete = "DELETE"
        case options = "OPTIONS"
    }

    /// An absolute `http:` or `https:` URL in ASCII, already percent-encoded, at most 8,192 bytes.
    package var url: String
    /// The request method.
    package var method: Method
    /// Further header fields, sent as they are; names are tokens, values hold no line break.
    package var headers: [(name: String, value: String)]
    /// The request body of POST and PUT.
    package var body: [UInt8]
    /// Entity tag of the copy at hand, quotes included: the server may answer 304.
    package var etag: String?
    /// `Last-Modified` of the copy at hand, as the server sent it: the server may answer 304.
    package var ifModifiedSince: String?
    /// First byte wanted; the server may answer 206, or ignore it and answer 200.
    package var rangeStart: Int64?
    /// Longest time from the start of the transfer to its end, `nil` for none.
    ///
    /// Waiting for a free place of ``HTTPClient/Configuration/maxParallelTransfers`` does not count.
    package var timeout: Duration?
    /// Longest body accepted, in bytes; `nil` means 64 MB for a fetch and 8 GB for a download.
    package var maxBytes: Int64?
    /// Whether redirects are followed (at most 5) or returned.
    package var followsRedirects: Bool
    /// Whether the server may compress the body; the body arrives decompressed, and ``maxBytes`` bounds that.
    package var acceptsCompression: Bool
    /// Path of a Unix socket to connect to in place of the URL's host and port.
    package var unixSocketPath: String?

    /// Makes a request; see the properties.
    package init(
        _ url: String,
        method: Method = .get,
        headers: [(name: String, value: String)] = [],
        body: [UInt8] = [],
        etag: String? = nil,
        ifModifiedSince: String? = nil,
        rangeStart: Int64? = nil,
        timeout: Duration? = nil,
        maxBytes: Int64? = nil,
        followsRedirects: Bool = true,
        acceptsCompression: Bool = false,
        unixSocketPath: String? = nil
    ) {
        self.url = url
        self.method = method
        self.headers = headers
        self.body = body
        self.etag = etag
        self.ifModifiedSince = ifModifiedSince
        self.rangeStart = rangeStart
        self.timeout = timeout
        self.maxBytes = maxBytes
        self.followsRedirects = followsRedirects
        self.acceptsCompression = acceptsCompression
        self.unixSocketPath = unixSocketPath
    }

    /// All header fields to send.
    ///
    /// - Throws: ``HTTPFetchError`` `.badRequest` for a name or value that could smuggle a second field.
    func headerFields() throws(HTTPFetchError) -> [(name: String, value: String)] {
        var fields = headers
        if let etag { fields.append(("If-None-Match", etag)) }
        if let ifModifiedSince { fields.append(("If-Modified-Since", ifModifiedSince)) }
        for (name, value) in fields {
            let nameIsToken =
                !name.isEmpty
                && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: ":") && $0 != UInt8(ascii: ";") }
            guard nameIsToken, value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f || $0 == 9 }) else {
                throw HTTPFetchError(.badRequest, url: url, "header field \(name.debugDescription) is not well formed")
            }
        }
        return fields
    }

    /// Checks what must hold before the URL is handed on.
    ///
    /// - Throws: ``HTTPFetchError`` `.badURL`.
    func validateURL() throws(HTTPFetchError) {
        let scheme = url.prefix(8).lowercased()
        guard scheme.hasPrefix("http://") || scheme.hasPrefix("https://") else {
            throw HTTPFetchError(.badURL, url: url, "the URL must begin with http:// or https://")
        }
        guard url.utf8.count <= 8192, url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
            throw HTTPFetchError(.badURL, url: url, "the URL must be at most 8192 printable ASCII characters")
        }
    }
}
