import ASUCore
import Testing

/// The rules by themselves, on made-up tables.
struct PackageFixupTests {
    private static let branches = "[[branch]]\nname = '24.10'\nbranch_off_rev = 1\n"

    private static func table(_ entries: String...) throws -> PackageFixupTable {
        let toml = entries.map { "[[fixup]]\nreason = 'r'\n\($0)\n" }.joined()
        return try PackageFixupTable(toml: toml, branches: BranchTable(toml: branches))
    }

    @Test func apply_entries_areAppliedInOrder() throws {
        let chain = try Self.table(
            "versions = 'every'\nreplace = { old = 'a', new = 'b' }",
            "versions = 'every'\nreplace = { old = 'b', new = 'c' }",
            "versions = 'every'\nremove = ['d']",
            "versions = 'every'\nadd = ['d', 'c']"
        )
        #expect(try PackageFixupCase("24.10.4", "x a y", becomes: "").result(chain) == "x c y d")
        #expect(try PackageFixupCase("24.10.4", "d b a", becomes: "").result(chain) == "c d")
    }

    @Test func apply_targetsAndProfiles_mustBothMatch() throws {
        let table = try Self.table("versions = ['24.10']\ntargets = ['a/b']\nprofiles = ['p', 'q']\nadd = ['x']")
        let cases: [PackageFixupCase] = [
            .init("24.10.4", "a/b", "q", "", becomes: "x"), .init("24.10.4", "a/c", "q", "", becomes: ""),
            .init("24.10.4", "a/b", "r", "", becomes: ""), .init("25.12.0", "a/b", "q", "", becomes: ""),
        ]
        for test in cases { #expect(try test.result(table) == test.expected, "\(test.testDescription)") }
    }

    @Test func apply_renamedBeyondTheLongestName_leavesThePackage() throws {
        let table = try Self.table("since = '24.10'\nrename_prefix = { old = 'a-', new = 'long-prefix-' }")
        let name = "a-" + String(repeating: "x", count: 95)
        #expect(try PackageFixupCase("24.10.4", name, becomes: "").result(table) == name)
        #expect(try PackageFixupCase("24.10.4", "a-x", becomes: "").result(table) == "long-prefix-x")
    }

    @Test func apply_sinceSnapshot_isForMainAlone() throws {
        let table = try Self.table("since = 'SNAPSHOT'\nadd = ['x']")
        #expect(try PackageFixupCase("SNAPSHOT", "", becomes: "").result(table) == "x")
        #expect(try PackageFixupCase("24.10-SNAPSHOT", "", becomes: "").result(table) == "")
    }

    @Test func table_manyAdditions_areRefused() throws {
        let names = { (count: Int) in (1...count).map { "'p\($0)'" }.joined(separator: ", ") }
        _ = try Self.table("versions = 'every'\nadd = [\(names(100))]")
        let error = #expect(throws: PackageTablesError.self) {
            try Self.table("versions = 'every'\nadd = [\(names(100))]", "versions = 'every'\nadd = ['p1', 'other']")
        }
        #expect(error?.description == "package-fixups.toml: fixup 2: 'add': the table adds more than 100 packages")
    }
}
