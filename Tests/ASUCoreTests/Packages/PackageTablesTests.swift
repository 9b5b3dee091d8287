import ASUCore
import Foundation
import Testing

/// The built-in data against what openwrt/asu has.
struct PackageTablesTests {
    private static let all = [
        "firewall > firewall4 18611", "kmod-nft-nat6 > 20282 mandatory",
        "libustream-wolfssl > libustream-mbedtls 21994", "px5g-wolfssl > px5g-mbedtls 21994",
        "wpad-basic-wolfssl > wpad-basic-mbedtls 21994", "luci-app-diag-core > 25984 mandatory",
        "auc > owut 26792", "luci-app-opkg > luci-app-package-manager 27897", "opkg > apk-mbedtls 28056",
    ]

    private static func line(_ change: PackageChange) -> String {
        let parts = ["\(change.source) >", change.target?.text, "\(change.revision)"]
        return (parts + [change.isMandatory ? "mandatory" : nil]).compactMap { $0 }.joined(separator: " ")
    }

    @Test(arguments: [
        ("SNAPSHOT", nil, 9), ("25.12", 32295, 9), ("24.10", 27990, 8), ("23.05", 23069, 5), ("22.03", 19160, 1),
        ("21.02", 15812, 0), ("26.06", nil, 0), ("24.10-SNAPSHOT", nil, 0),
    ])
    func load_branch_hasItsRevisionAndTheChangesUpToIt(branch: String, revision: Int?, count: Int) throws {
        let tables = try PackageTables.load()
        #expect(tables.branches.branchOffRevision(of: branch) == revision)
        #expect(tables.changes(forBranch: branch).map(Self.line) == Array(Self.all.prefix(count)))
    }

    @Test func load_everyBranchThatIsServedByDefault_isKnown() throws {
        let tables = try PackageTables.load()
        let served = try Settings(file: nil, environment: [:]).branches
        for branch in served { #expect(tables.branches.contains(branch), "\(branch)") }
        #expect(!tables.branches.contains("26.06"))
    }

    @Test(arguments: [
        ("firewall", #"{"revision":18611,"source":"firewall","target":"firewall4"}"#),
        ("kmod-nft-nat6", #"{"mandatory":true,"revision":20282,"source":"kmod-nft-nat6"}"#),
    ])
    func change_encoded_hasTheFormThatClientsRead(source: String, json: String) throws {
        let change = try #require(try PackageTables.load().changes.changes.first { $0.source.text == source })
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        #expect(String(decoding: try encoder.encode(change), as: UTF8.self) == json)
    }

    @Test func changes_revision_isComparedInclusively() throws {
        let table = try PackageTables.load().changes
        #expect(table.changes(forBranch: "x", branchOffRevision: 18611).count == 1)
        #expect(table.changes(forBranch: "x", branchOffRevision: 18610).isEmpty)
        #expect(table.changes(forBranch: "x", branchOffRevision: nil).isEmpty)
        // Main has them all, whatever a caller says.
        #expect(table.changes(forBranch: "SNAPSHOT", branchOffRevision: 1).count == 9)
    }

    @Test func load_entries_haveReasons() throws {
        let tables = try PackageTables.load()
        #expect(tables.fixups.fixups.count > 20)
        for fixup in tables.fixups.fixups { #expect(fixup.reason.hasSuffix(".")) }
        for change in tables.changes.changes { #expect(change.reason.hasSuffix(".")) }
    }
}
