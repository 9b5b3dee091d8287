/// The address of a Redis server: `redis://[user[:password]@]host[:port][/db]` or
/// `unix://[user[:password]@]/path[?db=N]`.
///
/// User and password may be percent-encoded; `redis://:secret@host` has a password and no user. IPv6 hosts stand in
/// brackets. The description hides the password.
package struct RedisURL: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible {
    /// Where the server listens.
    package enum Endpoint: Sendable, Equatable {
        /// A host name or address (IPv6 without brackets) and a port.
        case tcp(host: String, port: Int)
        /// The path of a Unix domain socket.
        case unix(path: String)
    }

    /// Where the server listens.
    package let endpoint: Endpoint
    /// The ACL user, if one is named.
    package let username: String?
    /// The password, if one is given.
    package let password: String?
    /// The database number; 0 unless given.
    package let database: Int

    /// Parses a URL of at most 2048 characters.
    ///
    /// - Throws: ``RedisError`` `.badURL` that says what was expected; it never repeats the text, which may hold a
    ///   password.
    package init(_ text: String) throws {
        guard text.utf8.count <= 2048 else { throw Self.bad("longer than 2048 characters") }
        guard let mark = text.firstRange(of: "://") else { throw Self.bad("no scheme") }
        let rest = text[mark.upperBound...]
        switch text[..<mark.lowerBound].lowercased() {
        case "redis": try self.init(redis: rest)
        case "unix": try self.init(unix: rest)
        case "rediss":
            throw RedisError(
                .badURL,
                """
                redis_url: rediss:// (TLS) is not supported yet: use redis:// on a private network, or a TLS tunnel \
                such as stunnel on this host with redis://127.0.0.1 or unix:///path
                """
            )
        default: throw Self.bad("unknown scheme")
        }
    }

    /// The URL with `***` in place of the password.
    package var description: String {
        var login = ""
        if username != nil || password != nil {
            login = (username ?? "") + (password == nil ? "" : ":***") + "@"
        }
        switch endpoint {
        case .tcp(let host, let port):
            let name = host.contains(":") ? "[\(host)]" : host
            return "redis://\(login)\(name):\(port)/\(database)"
        case .unix(let path):
            return "unix://\(login)\(path)?db=\(database)"
        }
    }

    package var debugDescription: String { description }

    private init(redis rest: Substring) throws {
        var login: (user: String?, password: String?) = (nil, nil)
        var rest = rest
        // The last "@": a password with an unescaped one still parses.
        if let at = rest.lastIndex(of: "@") {
            login = try Self.login(rest[..<at])
            rest = rest[rest.index(after: at)...]
        }
        guard !rest.contains("?"), !rest.contains("#") else { throw Self.bad("redis:// takes no query") }
        var database = 0
        if let slash = rest.firstIndex(of: "/") {
            let name = rest[rest.index(after: slash)...]
            if !name.isEmpty { database = try Self.database(name) }
            rest = rest[..<slash]
        }
        var host = rest
        var port = 6379
        if rest.first == "[" {
            guard let end = rest.firstIndex(of: "]") else { throw Self.bad("\"[\" without \"]\"") }
            host = rest[rest.index(after: rest.startIndex)..<end]
            guard host.contains(":"), host.utf8.allSatisfy({ Self.isHostByte($0) || $0 == UInt8(ascii: "%") }) else {
                throw Self.bad("the brackets hold no IPv6 address")
            }
            rest = rest[rest.index(after: end)...]
            guard rest.isEmpty || rest.first == ":" else { throw Self.bad("text after \"]\"") }
            if rest.first == ":" { port = try Self.port(rest.dropFirst()) }
        } else {
            if let colon = rest.firstIndex(of: ":") {
                host = rest[..<colon]
                port = try Self.port(rest[rest.index(after: colon)...])
            }
            guard !host.contains(":"), host.utf8.allSatisfy(Self.isHostByte) else {
                throw Self.bad("the host has characters that no host name has")
            }
        }
        guard (1...253).contains(host.utf8.count) else { throw Self.bad("the host is empty or too long") }
        self.endpoint = .tcp(host: String(host), port: port)
        (self.username, self.password) = login
        self.database = database
    }

    private init(unix rest: Substring) throws {
        var login: (user: String?, password: String?) = (nil, nil)
        var rest = rest
        if rest.first != "/", let at = rest.firstIndex(of: "@") {
            login = try Self.login(rest[..<at])
            rest = rest[rest.index(after: at)...]
        }
        var database = 0
        if let mark = rest.firstIndex(of: "?") {
            let query = rest[rest.index(after: mark)...]
            guard query.hasPrefix("db=") else { throw Self.bad("the only query of unix:// is ?db=N") }
            database = try Self.database(query.dropFirst(3))
            rest = rest[..<mark]
        }
        // 107: sun_path of a Unix socket address less its final zero.
        guard rest.first == "/", rest.utf8.count > 1, rest.utf8.count <= 107, !rest.utf8.contains(0) else {
            throw Self.bad("unix:// needs an absolute path of at most 107 bytes")
        }
        self.endpoint = .unix(path: String(rest))
        (self.username, self.password) = login
        self.database = database
    }

    private static func login(_ text: Substring) throws -> (user: String?, password: String?) {
        guard let colon = text.firstIndex(of: ":") else {
            // As redis-cli reads it: a login without a colon would be a user without a password.
            throw bad("a user needs a password: user:password@")
        }
        let user = try percentDecoded(text[..<colon])
        let password = try percentDecoded(text[text.index(after: colon)...])
        guard !password.isEmpty else { throw bad("the password is empty") }
        return (user.isEmpty ? nil : user, password)
    }

    private static func port(_ text: Substring) throws -> Int {
        guard text.utf8.count <= 5, text.utf8.allSatisfy(isDigit), let port = Int(text), (1...65535).contains(port)
        else { throw bad("the port is no number from 1 to 65535") }
        return port
    }

    private static func database(_ text: Substring) throws -> Int {
        guard text.utf8.count <= 5, text.utf8.allSatisfy(isDigit), let number = Int(text) else {
            throw bad("the database is no number from 0 to 99999")
        }
        return number
    }

    private static func percentDecoded(_ text: Substring) throws -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = rest.prefix(2)
            guard digits.count == 2, digits.allSatisfy({ isDigit($0) || (65...70).contains($0 & 0xDF) }),
                let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
            else { throw bad("\"%\" without two hexadecimal digits in user or password") }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        guard let decoded = String(validating: bytes, as: UTF8.self) else {
            throw bad("user or password is no UTF-8")
        }
        return decoded
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        isDigit(byte) || (97...122).contains(byte | 0x20) && byte < 0x80
            || [UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: ":")].contains(byte)
    }

    private static func bad(_ problem: String) -> RedisError {
        RedisError(
            .badURL,
            "redis_url: \(problem); expected redis://[user:password@]host[:port][/db] or unix:///path[?db=N]"
        )
    }
}
