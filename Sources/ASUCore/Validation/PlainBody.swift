/// Reads the JSON of a request's body quickly where it is plain, as every client in the field writes it: one object of
/// known keys, text of printable ASCII without escapes, whole numbers, no value twice.
///
/// Whatever else a body has, valid or not, it gives up, and Foundation's decoder says what the body is; that takes four
/// times as long, so that it would be the greater part of validating a request.
struct PlainBody {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0

    /// - Returns: `nil` if the body isn't plain.
    static func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> BuildRequestBody? {
        var reader = PlainBody(bytes: bytes)
        return reader.body()
    }

    private init(bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    private mutating func body() -> BuildRequestBody? {
        var body = BuildRequestBody()
        var seen = Set<BuildRequestBody.CodingKeys>()
        let isWhole = members { reader, name in
            guard let key = BuildRequestBody.CodingKeys(rawValue: name), seen.insert(key).inserted else { return false }
            return reader.value(of: key, into: &body)
        }
        skipSpace()
        return isWhole && position == bytes.count ? body : nil
    }

    private mutating func value(of key: BuildRequestBody.CodingKeys, into body: inout BuildRequestBody) -> Bool {
        // Absent is what null means everywhere.
        if word("null") { return true }
        switch key {
        case .distro: return set(&body.distro, text())
        case .version: return set(&body.version, text())
        case .versionCode: return set(&body.versionCode, text())
        case .target: return set(&body.target, text())
        case .profile: return set(&body.profile, text())
        case .packages: return set(&body.packages, list())
        case .packagesVersions: return set(&body.packagesVersions, map())
        case .diffPackages: return set(&body.diffPackages, word("true") ? true : word("false") ? false : nil)
        case .defaults: return set(&body.defaults, text())
        case .rootfsSizeMB: return set(&body.rootfsSizeMB, number())
        case .filesystem: return set(&body.filesystem, text())
        case .repositories: return set(&body.repositories, map())
        case .repositoriesMode: return set(&body.repositoriesMode, text())
        case .repositoryKeys: return set(&body.repositoryKeys, list())
        case .client: return set(&body.client, text())
        }
    }

    private func set<Value>(_ field: inout Value?, _ value: Value?) -> Bool {
        field = value
        return value != nil
    }

    /// Reads an object, calling `member` behind each name and its colon.
    private mutating func members(_ member: (inout PlainBody, String) -> Bool) -> Bool {
        guard take("{") else { return false }
        if take("}") { return true }
        repeat {
            guard let name = text(), take(":") else { return false }
            skipSpace()
            guard member(&self, name) else { return false }
        } while take(",")
        return take("}")
    }

    private mutating func map() -> [String: String]? {
        var map: [String: String] = [:]
        // Growing costs as much as filling; an entry takes some 30 bytes, and there are seldom more than some hundred.
        map.reserveCapacity(min((bytes.count - position) / 30, 300))
        let isWhole = members { reader, name in
            guard let value = reader.text() else { return false }
            return map.updateValue(value, forKey: name) == nil
        }
        return isWhole ? map : nil
    }

    private mutating func list() -> [String]? {
        guard take("[") else { return nil }
        if take("]") { return [] }
        var list: [String] = []
        repeat {
            guard let element = text() else { return nil }
            list.append(element)
        } while take(",")
        return take("]") ? list : nil
    }

    private mutating func text() -> String? {
        guard take("\"") else { return nil }
        let start = position
        while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
            guard (0x20...0x7E).contains(bytes[position]), bytes[position] != UInt8(ascii: "\\") else { return nil }
            position += 1
        }
        guard position < bytes.count else { return nil }
        defer { position += 1 }
        return String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<position]), as: UTF8.self)
    }

    /// A number from 0 to 99,999,999 as JSON writes it.
    private mutating func number() -> Int? {
        let digits = bytes[position...].prefix(9).prefix { (48...57).contains($0) }
        guard let first = digits.first, digits.count < 9, first != 48 || digits.count == 1 else { return nil }
        position += digits.count
        return digits.reduce(0) { $0 * 10 + Int($1 - 48) }
    }

    private mutating func word(_ word: StaticString) -> Bool {
        let end = position + word.utf8CodeUnitCount
        let matches = word.withUTF8Buffer { end <= bytes.count && bytes[position..<end].elementsEqual($0) }
        if matches { position = end }
        return matches
    }

    /// Takes one sign, and space before it.
    private mutating func take(_ sign: Unicode.Scalar) -> Bool {
        skipSpace()
        guard position < bytes.count, bytes[position] == UInt8(ascii: sign) else { return false }
        position += 1
        return true
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }

    private mutating func skipSpace() {
        while position < bytes.count, Self.isSpace(bytes[position]) { position += 1 }
    }
}
