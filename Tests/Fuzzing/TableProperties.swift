/// Tables of two inputs, which a byte 0 sets apart.
enum TableProperties {
    /// Both halves are opkg's indexes: the difference of their tables leads from one to the other.
    static func check(indexes bytes: [UInt8]) {
        let (base, new) = halves(of: bytes) { PackageTable(PackageIndex(opkg: $0)) }
        let delta = new.delta(from: base)
        require(delta.count <= base.bytes.count + new.bytes.count, "a difference is no longer than both tables")
        require(new.delta(from: new).isEmpty, "a table does not differ from itself")
        let again = PackageTable(delta: delta, base: base)
        require(again.bytes == new.bytes, "base and difference give the table")
        var known: [String: PackageTable.Entry] = [:]
        for entry in PackageIndex(opkg: halves(of: bytes) { $0 }.1).entries {
            known[entry.name] = PackageVersion(entry.version).map { .package($0) }
            for name in entry.provides where known[name] == nil { known[name] = .virtual }
        }
        PackageIndexProperties.check(again, has: known)
    }

    /// Both halves are taken for tables as they are, as from a damaged store: nothing is promised but an end.
    static func check(lines bytes: [UInt8]) {
        // Lines of one name, which no index makes, cost the square of their number.
        let bytes = Array(bytes.prefix(8192))
        let (base, new) = halves(of: bytes) { PackageTable(bytes: $0) }
        look(into: base)
        look(into: new)
        look(into: PackageTable(delta: new.bytes, base: base))
        look(into: PackageTable(delta: new.delta(from: base), base: base))
        let names = TargetProfiles(bytes: bytes)
        for id in names.ids { require(names.resolve(id) == id, "the id '\(id)' means itself") }
        require(zip(names.ids, names.ids.dropFirst()).allSatisfy { $0 < $1 }, "the ids are sorted")
    }

    private static func look(into table: PackageTable) {
        require(table.count <= table.bytes.count, "no more lines than bytes")
        var found: [PackageName] = []
        table.forEachPackage { name, version in
            require(!version.isEmpty, "a package has a version")
            if let name = PackageName(String(decoding: name, as: UTF8.self)), found.count < 50 { found.append(name) }
        }
        for name in found + ["a", "libc", "zz", "0"].compactMap({ PackageName($0) }) { _ = table[name] }
    }

    private static func halves<Half>(of bytes: [UInt8], _ read: ([UInt8]) -> Half) -> (Half, Half) {
        let parts = bytes.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
        return (read(Array(parts[0])), read(parts.count > 1 ? Array(parts[1]) : []))
    }
}
