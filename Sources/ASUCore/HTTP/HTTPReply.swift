/// A complete reply, whatever its status.
package struct HTTPReply: Sendable {
    /// The status code, such as 200, 304 or 404.
    package let status: Int
    /// The header fields of the last response, after redirects.
    package let headers: HTTPReplyHeaders
    /// The body; empty for HEAD and 304.
    package let body: [UInt8]
    /// Where the reply came from, after redirects; user name and password hidden.
    package let finalURL: String

    /// The body as text; bytes that are not UTF-8 become replacement characters.
    package var text: String { String(decoding: body, as: UTF8.self) }
}

/// Header fields of a reply, found whatever their case.
package struct HTTPReplyHeaders: Sendable, Sequence {
    private var fields: [(name: String, value: String)] = []

    init() {}

    /// The first field of that name, `nil` if there is none.
    package subscript(name: String) -> String? {
        let wanted = name.lowercased()
        return fields.first { $0.name == wanted }?.value
    }

    /// The values of all fields of that name, in order.
    package func all(_ name: String) -> [String] {
        let wanted = name.lowercased()
        return fields.filter { $0.name == wanted }.map(\.value)
    }

    /// Entity tag, quotes included.
    package var etag: String? { self["etag"] }

    /// Date of the last change, as the server wrote it.
    package var lastModified: String? { self["last-modified"] }

    /// The announced length of the body.
    package var contentLength: Int64? { self["content-length"].flatMap { Int64($0) } }

    /// All fields in order, names in lower case.
    package func makeIterator() -> some IteratorProtocol<(name: String, value: String)> {
        fields.makeIterator()
    }

    mutating func append(name: String, value: String) {
        fields.append((name.lowercased(), value))
    }
}
