internal import ASUCore
internal import Glibc

/// A client that sends bytes as they are: malformed and chunked requests, paths that others would tidy up.
package struct RawClient: Sendable {
    package let port: Int
    package var host = "127.0.0.1"

    package init(port: Int, host: String = "127.0.0.1") {
        self.port = port
        self.host = host
    }

    /// What came back until the server closed the connection.
    package struct Reply: Sendable {
        package let status: Int
        /// Names in lower case.
        package let headers: [String: String]
        package let body: [UInt8]

        package var text: String { String(decoding: body, as: UTF8.self) }
    }

    /// Sends a request that ends the connection, and reads to its end.
    ///
    /// - Parameters:
    ///   - line: Method and target: `GET /healthz`.
    ///   - headers: Whole lines; no Host is needed.
    ///   - body: Sent after the head, with its length unless it is chunked.
    /// - Returns: The answer.
    /// - Throws: ``TestSupportError`` if there is none.
    package func request(_ line: String, headers: [String] = [], body: [UInt8] = []) async throws -> Reply {
        var head = "\(line) HTTP/1.1\r\nHost: test\r\nConnection: close\r\n"
        for header in headers { head += header + "\r\n" }
        if !body.isEmpty, !headers.contains(where: { $0.hasPrefix("Transfer-Encoding") }) {
            head += "Content-Length: \(body.count)\r\n"
        }
        return try Self.parse(await exchange(Array((head + "\r\n").utf8) + body))
    }

    /// Posts a body in chunks without its length, as uclient does.
    package func postChunked(_ path: String, _ body: [UInt8], chunk: Int, headers: [String] = []) async throws -> Reply
    {
        var bytes: [UInt8] = []
        for start in stride(from: 0, to: body.count, by: chunk) {
            let part = body[start..<min(start + chunk, body.count)]
            bytes += Array("\(String(part.count, radix: 16))\r\n".utf8) + part + Array("\r\n".utf8)
        }
        bytes += Array("0\r\n\r\n".utf8)
        return try await request("POST \(path)", headers: headers + ["Transfer-Encoding: chunked"], body: bytes)
    }

    /// Sends `bytes` and returns all that comes back until the server closes, or 10 seconds without anything.
    ///
    /// - Parameters:
    ///   - bytes: Whole requests or less.
    ///   - closingInput: Whether the server sees the end of the stream after them.
    /// - Returns: All answers, as they came.
    /// - Throws: ``TestSupportError`` if there is no connection.
    package func exchange(_ bytes: [UInt8], closingInput: Bool = false) async throws -> [UInt8] {
        let connection = try open()
        return try await BlockingWork.runForLong {
            defer { close(connection) }
            try Self.write(bytes, to: connection)
            if closingInput { shutdown(connection, Int32(SHUT_WR)) }
            return Self.readToEnd(connection)
        }
    }

    /// Connects; the caller closes the descriptor.
    package func open() throws -> Int32 {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_NUMERICHOST
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, "\(port)", &hints, &found) == 0, let address = found else {
            throw TestSupportError("\(host) is no address")
        }
        defer { freeaddrinfo(found) }
        let connection = socket(
            address.pointee.ai_family,
            Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue),
            0
        )
        guard connect(connection, address.pointee.ai_addr, address.pointee.ai_addrlen) == 0 else {
            close(connection)
            throw TestSupportError("can't connect to \(host) port \(port): errno \(errno)")
        }
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        return connection
    }

    package static func write(_ bytes: [UInt8], to connection: Int32) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            // The server may have answered and closed already.
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    package static func readToEnd(_ connection: Int32) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = recv(connection, &buffer, buffer.count, 0)
            if count <= 0 { return bytes }
            bytes += buffer[..<count]
        }
    }

    package static func parse(_ bytes: [UInt8]) throws -> Reply {
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else {
            throw TestSupportError("no answer: '\(String(decoding: bytes.prefix(200), as: UTF8.self))'")
        }
        let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).components("\r\n")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2 { headers[parts[0].lowercased()] = String(parts[1].drop { $0 == " " }) }
        }
        let status = lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        return Reply(status: status, headers: headers, body: Array(bytes[end.upperBound...]))
    }
}

extension String {
    fileprivate func components(_ separator: String) -> [Substring] {
        var parts: [Substring] = []
        var rest = self[...]
        while let range = rest.firstRange(of: separator) {
            parts.append(rest[..<range.lowerBound])
            rest = rest[range.upperBound...]
        }
        return parts + [rest]
    }
}
