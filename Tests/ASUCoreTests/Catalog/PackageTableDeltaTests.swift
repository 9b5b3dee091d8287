import Testing

@testable import ASUCore

struct PackageTableDeltaTests {
    private static func table(_ lines: [String]) -> PackageTable {
        PackageTable(bytes: Array(lines.map { $0 + "\n" }.joined().utf8))
    }

    @Test(arguments: [
        (["a\t1", "b\t1", "v\t"], ["a\t1", "b\t1", "v\t"], ""),
        (["a\t1", "b\t1"], ["a\t1", "b\t2"], "b\t2\n"),
        (["a\t1", "b\t1", "c\t1"], ["b\t1"], "a\nc\n"),
        (["b\t1"], ["a\t1", "b\t1", "c\t"], "a\t1\nc\t\n"),
        ([], ["a\t1"], "a\t1\n"),
        (["a\t1"], [], "a\n"),
        // A package that is only provided now, and the other way round.
        (["a\t1", "b\t"], ["a\t", "b\t1"], "a\t\nb\t1\n"),
        // Names that begin alike.
        (["lib\t1", "lib-a\t1", "liba\t1"], ["lib-a\t1", "liba\t2"], "lib\nliba\t2\n"),
    ])
    func delta_tables_giveBackWhatTheyWereTakenOf(base: [String], new: [String], lines: String) {
        let (base, new) = (Self.table(base), Self.table(new))
        let delta = new.delta(from: base)
        #expect(String(decoding: delta, as: UTF8.self) == lines)
        #expect(PackageTable(delta: delta, base: base).bytes == new.bytes)
    }

    @Test func delta_randomTables_giveBackWhatTheyWereTakenOf() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            let tables = (0..<2).map { _ in
                let names = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                    PackageIndex.Entry(
                        name: "p\(Int.random(in: 0...60, using: &random))",
                        version: "\(Int.random(in: 1...3, using: &random))",
                        provides: Bool.random(using: &random) ? ["v\(Int.random(in: 0...9, using: &random))"] : []
                    )
                }
                return PackageTable(PackageIndex(entries: names, knowsProvides: true))
            }
            let delta = tables[1].delta(from: tables[0])
            #expect(PackageTable(delta: delta, base: tables[0]).bytes == tables[1].bytes)
        }
    }

    @Test func delta_genuineFeeds_areReadBack() throws {
        let folder = try #require(RealUpstream.packageFolders.first)
        let full = PackageIndex(opkg: try RealUpstream.bytes("\(folder)/Packages"))
        var other = full
        other.entries.removeLast(3)
        other.entries[5].version += "1"
        let (base, new) = (PackageTable(full), PackageTable(other))
        let delta = new.delta(from: base)
        #expect(delta.count < 500)
        #expect(PackageTable(delta: delta, base: base).bytes == new.bytes)
    }
}
