/// The packages of one index in memory: sorted lines `name<TAB>version`, found by a hash of the name.
///
/// A line without a version is a name that packages provide. One table of 10,000 packages takes some 430 KB, an eighth
/// of a dictionary of strings; the same bytes, compressed, are its blob in Redis.
package struct PackageTable: Sendable {
    package enum Entry: Sendable, Hashable {
        case package(PackageVersion)
        /// Provided by some package; has no version of its own.
        case virtual
    }

    /// The lines, each ended by a newline.
    package let bytes: [UInt8]
    /// Where lines begin, counted from 1, each in the slot that its name's hash leads to or the next free one after it;
    /// 0 is a free slot, and at least half of them are free.
    private let slots: [UInt32]
    /// How many lines there are, provided names included.
    package let count: Int

    static let tab = UInt8(ascii: "\t")
    static let newline = UInt8(ascii: "\n")

    /// - Parameter bytes: What ``bytes`` of another table was; a last line without its newline is left out.
    package init(bytes: [UInt8]) {
        let count = bytes.reduce(into: 0) { if $1 == Self.newline { $0 += 1 } }
        var size = 4
        while size < 2 * count { size *= 2 }
        var slots = [UInt32](repeating: 0, count: size)
        bytes.withUnsafeBufferPointer { bytes in
            var start = 0
            var hash = Key.seed
            var inName = true
            for (index, byte) in bytes.enumerated() {
                if byte == Self.newline {
                    var slot = Int(Key.finish(hash)) & (size - 1)
                    while slots[slot] != 0 { slot = (slot + 1) & (size - 1) }
                    slots[slot] = UInt32(start + 1)
                    start = index + 1
                    hash = Key.seed
                    inName = true
                } else if byte == Self.tab {
                    inName = false
                } else if inName {
                    hash = Key.add(byte, to: hash)
                }
            }
        }
        self.bytes = bytes
        self.slots = slots
        self.count = count
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

    /// The bytes that it takes in memory.
    package var size: Int { bytes.count + 4 * slots.count }

    /// Calls `body` with name and version of every package, sorted by name; provided names are left out.
    package func forEachPackage(_ body: (_ name: ArraySlice<UInt8>, _ version: ArraySlice<UInt8>) -> Void) {
        var rest = bytes[...]
        // What follows the last newline is no line.
        while let end = rest.firstIndex(of: Self.newline) {
            let line = rest[..<end]
            rest = rest[(end + 1)...]
            guard let tab = line.firstIndex(of: Self.tab), tab + 1 < line.endIndex else { continue }
            body(line[..<tab], line[(tab + 1)...])
        }
    }

    private static func precedes(_ left: String, _ right: String) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }

    /// A name made ready to be looked up in several tables.
    struct Key {
        let name: [UInt8]
        let hash: UInt32

        init(_ name: PackageName) {
            self.name = Array(name.text.utf8)
            hash = Self.finish(self.name.reduce(Self.seed) { Self.add($1, to: $0) })
        }

        // FNV-1a; the names in a table are upstream's, so that no client can make it slow.
        static let seed: UInt64 = 0xCBF2_9CE4_8422_2325
        static func add(_ byte: UInt8, to hash: UInt64) -> UInt64 { (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        static func finish(_ hash: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: hash ^ hash >> 32) }
    }

    package subscript(name: PackageName) -> Entry? { self[Key(name)] }

    subscript(key: Key) -> Entry? {
        bytes.withUnsafeBufferPointer { bytes in
            var slot = Int(key.hash) & (slots.count - 1)
            while slots[slot] != 0 {
                let start = Int(slots[slot]) - 1
                if let version = Self.version(start, key.name, bytes) { return Self.entry(version) }
                slot = (slot + 1) & (slots.count - 1)
            }
            return nil
        }
    }

    /// The version in the line at `start`, if that is the line of `name`.
    @inline(__always) private static func version(
        _ start: Int,
        _ name: [UInt8],
        _ bytes: UnsafeBufferPointer<UInt8>
    ) -> Slice<UnsafeBufferPointer<UInt8>>? {
        let end = start + name.count
        // The tab that ends a name is none of its characters, so a longer or shorter one differs before it matters.
        guard end < bytes.count, bytes[end] == tab else { return nil }
        for index in 0..<name.count where bytes[start + index] != name[index] { return nil }
        return bytes[(end + 1)...].prefix { $0 != newline }
    }

    private static func entry(_ version: Slice<UnsafeBufferPointer<UInt8>>) -> Entry? {
        if version.isEmpty { return .virtual }
        return PackageVersion(String(decoding: version, as: UTF8.self)).map(Entry.package)
    }
}
