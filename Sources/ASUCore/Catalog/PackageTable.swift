/// The packages of one index in memory: sorted lines `name<TAB>version`, looked up by binary search.
///
/// A line without a version is a name that packages provide. One table of 10,000 packages takes some 300 KB, a tenth of
/// a dictionary of strings; the same bytes, compressed, are its blob in Redis.
package struct PackageTable: Sendable {
    package enum Entry: Sendable, Hashable {
        case package(PackageVersion)
        /// Provided by some package; has no version of its own.
        case virtual
    }

    /// The lines, each ended by a newline.
    package let bytes: [UInt8]
    private let starts: [UInt32]

    static let tab = UInt8(ascii: "\t")
    static let newline = UInt8(ascii: "\n")

    /// - Parameter bytes: What ``bytes`` of another table was; a last line without its newline is left out.
    package init(bytes: [UInt8]) {
        var starts: [UInt32] = []
        starts.reserveCapacity(bytes.count / 30)
        var atStart = true
        for (index, byte) in bytes.enumerated() {
            if atStart { starts.append(UInt32(index)) }
            atStart = byte == Self.newline
        }
        // Every search ends at a newline at the latest.
        if !atStart { starts.removeLast() }
        self.bytes = bytes
        self.starts = starts
    }

    package init(_ index: PackageIndex) {
        var versions: [String: String] = [:]
        versions.reserveCapacity(index.entries.count * 5 / 4)
        for entry in index.entries {
            for name in entry.provides where versions[name] == nil { versions[name] = "" }
        }
        // A name that is both a package and provided by others is the package.
        for entry in index.entries { versions[entry.name] = entry.version }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(versions.count * 32)
        for (name, version) in versions.sorted(by: { Self.precedes($0.key, $1.key) }) {
            bytes.append(contentsOf: name.utf8)
            bytes.append(Self.tab)
            bytes.append(contentsOf: version.utf8)
            bytes.append(Self.newline)
        }
        self.init(bytes: bytes)
    }

    /// How many lines there are, provided names included.
    package var count: Int { starts.count }

    /// Calls `body` with name and version of every package, sorted by name; provided names are left out.
    package func forEachPackage(_ body: (_ name: ArraySlice<UInt8>, _ version: ArraySlice<UInt8>) -> Void) {
        for start in starts {
            let rest = bytes[Int(start)...]
            let line = rest[..<(rest.firstIndex(of: Self.newline) ?? rest.endIndex)]
            guard let tab = line.firstIndex(of: Self.tab), tab + 1 < line.endIndex else { continue }
            body(line[..<tab], line[(tab + 1)...])
        }
    }

    private static func precedes(_ left: String, _ right: String) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }

    package subscript(name: PackageName) -> Entry? {
        var text = name.text
        return text.withUTF8 { wanted in
            var low = 0
            var high = starts.count
            while low < high {
                let middle = (low + high) / 2
                let order = compare(line: Int(starts[middle]), wanted)
                if order == 0 { return entry(at: Int(starts[middle]) + wanted.count + 1) }
                if order < 0 { low = middle + 1 } else { high = middle }
            }
            return nil
        }
    }

    /// The order of a line's name against `wanted`: negative if it comes before.
    private func compare(line start: Int, _ wanted: UnsafeBufferPointer<UInt8>) -> Int {
        var index = start
        for byte in wanted {
            let own = bytes[index]
            if own == Self.tab { return -1 }
            if own != byte { return own < byte ? -1 : 1 }
            index += 1
        }
        return bytes[index] == Self.tab ? 0 : 1
    }

    private func entry(at start: Int) -> Entry? {
        let end = bytes[start...].firstIndex(of: Self.newline) ?? bytes.endIndex
        guard end > start else { return .virtual }
        return PackageVersion(String(decoding: bytes[start..<end], as: UTF8.self)).map(Entry.package)
    }
}
