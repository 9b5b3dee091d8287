internal import Foundation

enum PackageIndexProperties {
    static func check(opkg bytes: [UInt8]) {
        let index = PackageIndex(opkg: bytes)
        require(index.knowsProvides, "opkg's index tells what packages provide")
        check(index, length: bytes.count)
        // A line longer than 64 KB is ignored; what is written here may become a little longer than what was read.
        guard bytes.count < 60_000 else { return }
        let again = PackageIndex(opkg: stanzas(of: index))
        require(again.entries == index.entries && again.skipped == 0, "written again, the index is the same")
    }

    static func check(json bytes: [UInt8]) {
        guard let index = FuzzedParser.parsed({ () throws(UpstreamError) in try PackageIndex(json: bytes, url: "u") })
        else { return }
        require(!index.knowsProvides, "index.json doesn't tell what packages provide")
        require(index.entries.allSatisfy(\.provides.isEmpty), "nothing is provided")
        require(Set(index.entries.map(\.name)).count == index.entries.count, "every name comes once")
        check(index, length: bytes.count)
        let versions = Dictionary(uniqueKeysWithValues: index.entries.map { ($0.name, $0.version) })
        guard let json = try? JSONEncoder().encode(["packages": versions]) else { return }
        let again = FuzzedParser.parsed { () throws(UpstreamError) in try PackageIndex(json: Array(json), url: "u") }
        require(again.map { Set($0.entries) } == Set(index.entries), "written again, the index is the same")
    }

    private static func check(_ index: PackageIndex, length: Int) {
        require(index.entries.count + index.skipped <= length, "no more entries than bytes")
        var known: [String: PackageTable.Entry] = [:]
        var provided = Set<String>()
        for entry in index.entries {
            guard PackageName(entry.name) != nil, let version = PackageVersion(entry.version) else {
                require(false, "'\(entry.name)' '\(entry.version)' is well formed")
                return
            }
            known[entry.name] = .package(version)
            for name in entry.provides {
                require(PackageName(name) != nil, "the provided '\(name)' is well formed")
                require(name != entry.name, "'\(name)' isn't said to provide itself")
                provided.insert(name)
            }
        }
        for name in provided where known[name] == nil { known[name] = .virtual }
        checkOrder(of: known.values)
        check(PackageTable(index), has: known)
    }

    /// Checks that a table finds exactly what it was made of.
    static func check(_ table: PackageTable, has known: [String: PackageTable.Entry]) {
        require(table.count == known.count, "the table has \(known.count) names, not \(table.count)")
        for (text, entry) in known {
            guard let name = PackageName(text) else { return }
            require(table[name] == entry, "the table finds '\(text)'")
            for other in ["\(text)-", "\(text)0", "0\(text)", String(text.dropLast())] where known[other] == nil {
                if let other = PackageName(other) { require(table[other] == nil, "the table has no '\(other)'") }
            }
        }
        var names: [[UInt8]] = []
        table.forEachPackage { name, _ in names.append(Array(name)) }
        require(names.count == known.values.count { $0 != .virtual }, "the table gives every package")
        require(isStrictlySorted(names), "the table's names are sorted")
    }

    static func isStrictlySorted(_ names: [[UInt8]]) -> Bool {
        zip(names, names.dropFirst()).allSatisfy { $0.lexicographicallyPrecedes($1) }
    }

    private static func checkOrder(of entries: some Collection<PackageTable.Entry>) {
        let versions = entries.prefix(8).compactMap { entry in
            if case .package(let version) = entry { version } else { nil }
        }
        for left in versions {
            for right in versions {
                let order = left.compare(right).signum()
                require(order == -right.compare(left).signum(), "\(left) against \(right), and the other way round")
                for third in versions where order <= 0 && right.compare(third) <= 0 {
                    require(left.compare(third) <= 0, "\(left) <= \(right) <= \(third)")
                }
            }
        }
    }

    private static func stanzas(of index: PackageIndex) -> [UInt8] {
        let stanzas = index.entries.map { entry in
            "Package: \(entry.name)\nVersion: \(entry.version)\nProvides: \(entry.provides.joined(separator: ","))\n\n"
        }
        return Array(stanzas.joined().utf8)
    }
}
