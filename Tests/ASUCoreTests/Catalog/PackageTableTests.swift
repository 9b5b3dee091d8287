import Testing

@testable import ASUCore

struct PackageTableTests {
    private static func table(_ lines: String...) -> PackageTable {
        PackageTable(bytes: Array(lines.map { $0 + "\n" }.joined().utf8))
    }

    private static func find(_ name: String, in table: PackageTable) throws -> PackageTable.Entry? {
        table[try #require(PackageName(name))]
    }

    @Test(.enabled(if: SharedData.isPresent)) func table_realIndexes_findWhatADictionaryFinds() throws {
        for folder in [RealUpstream.packageFolders[0], RealUpstream.packageFolders[5], RealUpstream.packageFolders[6]] {
            let index = PackageIndex(opkg: try RealUpstream.bytes("\(folder)/Packages"))
            var expected: [String: PackageTable.Entry] = [:]
            for name in index.entries.flatMap(\.provides) { expected[name] = .virtual }
            for entry in index.entries { expected[entry.name] = PackageVersion(entry.version).map { .package($0) } }
            let table = PackageTable(index)
            let again = PackageTable(bytes: table.bytes)
            #expect(table.count == expected.count)
            #expect(again.count == expected.count)
            for (name, entry) in expected {
                #expect(try Self.find(name, in: again) == entry, "\(name)")
                for absent in [name + "-", name + "0", String(name.dropLast())] where expected[absent] == nil {
                    guard let absentName = PackageName(absent) else { continue }
                    #expect(again[absentName] == nil, "\(absent)")
                }
            }
        }
    }

    @Test func table_namesThatBeginAlike_areToldApart() throws {
        let names = ["a", "a+", "a-b", "a-b-c", "a.b", "a_b", "aa", "ab", "A", "0", "z"]
        let entries = names.map { PackageIndex.Entry(name: $0, version: "1.\($0.utf8.count)", provides: []) }
        let table = PackageTable(PackageIndex(entries: entries, knowsProvides: true))
        for entry in entries {
            #expect(try Self.find(entry.name, in: table) == PackageVersion(entry.version).map { .package($0) })
        }
        for name in ["b", "a-", "a-b-", "a-b-c-d", "aaa", "Z", "00"] { #expect(try Self.find(name, in: table) == nil) }
    }

    @Test func table_nameThatIsBothPackageAndProvided_isThePackage() throws {
        let entries = [
            PackageIndex.Entry(name: "a", version: "1", provides: ["b", "v"]),
            PackageIndex.Entry(name: "b", version: "2", provides: ["v", "a"]),
        ]
        let table = PackageTable(PackageIndex(entries: entries, knowsProvides: true))
        #expect(table.count == 3)
        #expect(try Self.find("v", in: table) == .virtual)
        #expect(try Self.find("a", in: table) == PackageVersion("1").map { .package($0) })
        #expect(try Self.find("b", in: table) == PackageVersion("2").map { .package($0) })
    }

    @Test func table_empty_findsNothing() throws {
        for table in [PackageTable(bytes: []), PackageTable(PackageIndex(entries: [], knowsProvides: true))] {
            #expect(table.count == 0)
            #expect(try Self.find("a", in: table) == nil)
        }
    }

    @Test func table_damagedBytes_neverCrash() throws {
        for text in [
            "a", "a\t", "\n", "\t\n", "\n\n\n", "a\n", "a\tb c\n", "aa\taa", "\u{0}\n", "a\t1\nb", "a\t1\nb\t2",
        ] {
            let table = PackageTable(bytes: Array(text.utf8))
            for name in ["a", "aa", "b", "z", "0"] { _ = try Self.find(name, in: table) }
        }
        #expect(try Self.find("a", in: PackageTable(bytes: Array("a\t1\nb\t2".utf8))) != nil)
        #expect(try Self.find("b", in: PackageTable(bytes: Array("a\t1\nb\t2".utf8))) == nil)
        #expect(try Self.find("a", in: Self.table("a\t1 2")) == nil)
    }

    private static func packages(in table: PackageTable) -> [String] {
        var packages: [String] = []
        table.forEachPackage { name, version in
            packages.append("\(String(decoding: name, as: UTF8.self))=\(String(decoding: version, as: UTF8.self))")
        }
        return packages
    }

    @Test func forEachPackage_isSortedWithoutVirtualNames() {
        let entries = [
            PackageIndex.Entry(name: "b", version: "2~x", provides: ["v", "a"]),
            PackageIndex.Entry(name: "a", version: "1", provides: ["aa", "w"]),
        ]
        let table = PackageTable(PackageIndex(entries: entries, knowsProvides: true))
        #expect(table.count == 5)
        #expect(Self.packages(in: table) == ["a=1", "b=2~x"])
        #expect(Self.packages(in: PackageTable(bytes: [])).isEmpty)
    }

    @Test(arguments: [
        ("a\t1\nb\t2", ["a=1"]), ("a\t1", []), ("a\t\nb\t2\n", ["b=2"]), ("\n\na\t1\n", ["a=1"]),
        ("a\t1\nb\t", ["a=1"]), ("a\t1\t2\n", ["a=1\t2"]),
    ])
    func forEachPackage_partialAndOddLines(_ text: String, _ expected: [String]) {
        #expect(Self.packages(in: PackageTable(bytes: Array(text.utf8))) == expected)
    }

    @Test(.enabled(if: SharedData.isPresent)) func forEachPackage_realIndex_givesEveryPackage() throws {
        let index = PackageIndex(opkg: try RealUpstream.bytes("\(RealUpstream.packageFolders[0])/Packages"))
        let expected = Set(index.entries.map { "\($0.name)=\($0.version)" })
        #expect(Set(Self.packages(in: PackageTable(index))).isSubset(of: expected))
        #expect(Self.packages(in: PackageTable(index)).count == Set(index.entries.map(\.name)).count)
    }
}
