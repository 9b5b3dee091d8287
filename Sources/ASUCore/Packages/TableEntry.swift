internal import TOMLKit

/// One entry of a data file: typed values out of a TOML table, with errors that say where they stand.
struct TableEntry {
    let file: String
    /// `fixup 3`, or `fixup 3: replace` for a table within.
    let name: String
    private let table: TOMLTable

    private static let maxTextLength = 300
    private static let maxCount = 1000

    /// Reads a file of nothing but `[[name]]` entries, which may have no other keys than `keys`.
    static func entries(
        _ text: String,
        file: String,
        name: String,
        keys: [String]
    ) throws(PackageTablesError) -> [TableEntry] {
        let root: TOMLTable
        do {
            root = try TOMLTable(string: text)
        } catch let error as TOMLParseError {
            let problem = "line \(error.source.begin.line): not TOML: \(error.description)"
            throw PackageTablesError(.notTOML, file: file, entry: "", problem: problem)
        } catch {
            throw PackageTablesError(.notTOML, file: file, entry: "", problem: "not TOML: \(error)")
        }
        let whole = TableEntry(file: file, name: "", table: root)
        try whole.check(keys: [name])
        guard let list = root[name]?.array, !list.isEmpty else {
            throw whole.error(.missingKey, "has no entries; expected [[\(name)]]")
        }
        var entries: [TableEntry] = []
        for (index, element) in list.enumerated() {
            guard let table = element.table else {
                throw whole.error(.badValue, "'\(name)': expected entries that begin with [[\(name)]]")
            }
            let entry = TableEntry(file: file, name: "\(name) \(index + 1)", table: table)
            try entry.check(keys: keys)
            entries.append(entry)
        }
        return entries
    }

    private init(file: String, name: String, table: TOMLTable) {
        self.file = file
        self.name = name
        self.table = table
    }

    func error(_ code: PackageTablesError.Code, _ problem: String) -> PackageTablesError {
        PackageTablesError(code, file: file, entry: name, problem: problem)
    }

    private func check(keys: [String]) throws(PackageTablesError) {
        for key in table.keys.sorted() where !keys.contains(key) {
            let known = keys.joined(separator: ", ")
            throw error(.unknownKey, "unknown key \(ValidationError.quote(key)); known are \(known)")
        }
    }

    func has(_ key: String) -> Bool { table[key] != nil }

    private func missing(_ key: String) -> PackageTablesError { error(.missingKey, "'\(key)' is missing") }

    /// A text that isn't empty.
    func text(_ key: String) throws(PackageTablesError) -> String {
        guard let value = table[key] else { throw missing(key) }
        guard let text = value.string, !text.allSatisfy(\.isWhitespace), text.utf8.count <= Self.maxTextLength else {
            throw error(.badValue, "'\(key)': expected a text in quotes of 1 to \(Self.maxTextLength) bytes")
        }
        return text
    }

    /// A text that `parse` takes; `expected` says what it must be, `a package name`.
    func value<Value>(
        _ key: String,
        _ parse: (String) -> Value?,
        _ expected: String
    ) throws(PackageTablesError) -> Value {
        try parsed(key, text(key), parse, expected)
    }

    /// A list of texts that `parse` takes, at least one, each once.
    func values<Value: Hashable>(
        _ key: String,
        _ parse: (String) -> Value?,
        _ expected: String
    ) throws(PackageTablesError) -> [Value] {
        guard let value = table[key] else { throw missing(key) }
        guard let list = value.array, (1...Self.maxCount).contains(list.count) else {
            throw error(.badValue, "'\(key)': expected a list of at least one text: [\"...\"]")
        }
        var values: [Value] = []
        for element in list {
            guard let text = element.string else { throw error(.badValue, "'\(key)': expected a list of texts only") }
            let value = try parsed(key, text, parse, expected)
            guard !values.contains(value) else {
                throw error(.conflict, "'\(key)': \(ValidationError.quote(text)) is there twice")
            }
            values.append(value)
        }
        return values
    }

    private func parsed<Value>(
        _ key: String,
        _ text: String,
        _ parse: (String) -> Value?,
        _ expected: String
    ) throws(PackageTablesError) -> Value {
        guard let value = parse(text) else {
            throw error(.badValue, "'\(key)': \(ValidationError.quote(text)) is not \(expected)")
        }
        return value
    }

    /// Whether the value of `key` is a text.
    func isText(_ key: String) -> Bool { table[key]?.string != nil }

    func count(_ key: String) throws(PackageTablesError) -> Int {
        guard let value = table[key] else { throw missing(key) }
        guard let number = value.int, (1...1_000_000).contains(number) else {
            throw error(.badValue, "'\(key)': expected a whole number from 1 to 1000000")
        }
        return number
    }

    /// - Returns: `false` if the key is absent.
    func flag(_ key: String) throws(PackageTablesError) -> Bool {
        guard let value = table[key] else { return false }
        guard let flag = value.bool else { throw error(.badValue, "'\(key)': expected true or false") }
        return flag
    }

    /// A table within the entry, `{ old = "...", new = "..." }`.
    func table(_ key: String, keys: [String]) throws(PackageTablesError) -> TableEntry {
        guard let inner = table[key]?.table else {
            let form = keys.map { "\($0) = \"...\"" }.joined(separator: ", ")
            throw error(.badValue, "'\(key)': expected { \(form) }")
        }
        let entry = TableEntry(file: file, name: "\(name): '\(key)'", table: inner)
        try entry.check(keys: keys)
        return entry
    }
}
