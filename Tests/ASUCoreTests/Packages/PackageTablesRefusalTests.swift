import ASUCore
import Testing

struct PackageTablesRefusalTests {
    private static let branches = "[[branch]]\nname = '24.10'\nbranch_off_rev = 1\n"
    private static let changes = "[[change]]\nsource = 'a'\nrevision = 1\nreason = 'r'\n"
    private static let fixups = "[[fixup]]\nversions = ['24.10']\nadd = ['a']\nreason = 'r'\n"

    private static func problem(
        branches: String = branches,
        changes: String = changes,
        fixups: String = fixups
    ) -> String? {
        do throws(PackageTablesError) {
            _ = try PackageTables(branches: branches, changes: changes, fixups: fixups)
            return nil
        } catch {
            return error.description
        }
    }

    @Test func tables_wellFormed_areTaken() {
        #expect(Self.problem() == nil)
    }

    @Test(arguments: [
        ("name = '24.10'", "'branch_off_rev' is missing"),
        ("branch_off_rev = 5", "'name' is missing"),
        ("name = '24.10.1'\nbranch_off_rev = 5", "'name': '24.10.1' is not a release branch such as 24.10"),
        ("name = 'SNAPSHOT'\nbranch_off_rev = 5", "'name': 'SNAPSHOT' is not a release branch such as 24.10"),
        ("name = '24.x'\nbranch_off_rev = 5", "'name': '24.x' is not a release branch such as 24.10"),
        ("name = '24.'\nbranch_off_rev = 5", "'name': '24.' is not a release branch such as 24.10"),
        ("name = 24.10\nbranch_off_rev = 5", "'name': expected a text in quotes of 1 to 300 bytes"),
        ("name = '24.10'\nbranch_off_rev = '5'", "'branch_off_rev': expected a whole number from 1 to 1000000"),
        ("name = '24.10'\nbranch_off_rev = 0", "'branch_off_rev': expected a whole number from 1 to 1000000"),
        ("name = '23.05'\nbranch_off_rev = 5\nnote = 'x'", "unknown key 'note'; known are name, branch_off_rev"),
        ("name = '23.05'\nbranch_off_rev = 5", "'name': '23.05' is there twice"),
    ])
    func branches_badEntry_namesFileEntryAndWhatWasExpected(entry: String, problem: String) {
        let toml = "[[branch]]\nname = '23.05'\nbranch_off_rev = 1\n[[branch]]\n\(entry)\n"
        #expect(Self.problem(branches: toml) == "branches.toml: branch 2: \(problem)")
    }

    @Test(arguments: [
        ("revision = 1\nreason = 'r'", "'source' is missing"),
        ("source = 'b'\nreason = 'r'", "'revision' is missing"),
        ("source = 'b'\nrevision = 1", "'reason' is missing"),
        ("source = 'b'\nrevision = 1\nreason = '  '", "'reason': expected a text in quotes of 1 to 300 bytes"),
        ("source = 'b;c'\nrevision = 1\nreason = 'r'", "'source': 'b;c' is not a package name"),
        ("source = '-b'\nrevision = 1\nreason = 'r'", "'source': '-b' is not a package name"),
        ("source = 'b'\ntarget = '$(x)'\nrevision = 1\nreason = 'r'", "'target': '$(x)' is not a package name"),
        (
            "source = 'b'\ntarget = ''\nrevision = 1\nreason = 'r'",
            "'target': expected a text in quotes of 1 to 300 bytes"
        ),
        ("source = 'b'\ntarget = 'b'\nrevision = 1\nreason = 'r'", "'source' and 'target' are both 'b'"),
        ("source = 'a'\nrevision = 2\nreason = 'r'", "'source': 'a' is there twice"),
        ("source = 'b'\nrevision = 1.5\nreason = 'r'", "'revision': expected a whole number from 1 to 1000000"),
        ("source = 'b'\nrevision = -1\nreason = 'r'", "'revision': expected a whole number from 1 to 1000000"),
        ("source = 'b'\nrevision = 1\nreason = 'r'\nmandatory = 'yes'", "'mandatory': expected true or false"),
        (
            "source = 'b'\nrevision = 1\nreason = 'r'\nmandatroy = true",
            "unknown key 'mandatroy'; known are source, target, revision, mandatory, reason"
        ),
    ])
    func changes_badEntry_namesFileEntryAndWhatWasExpected(entry: String, problem: String) {
        let toml = Self.changes + "[[change]]\n\(entry)\n"
        #expect(Self.problem(changes: toml) == "package-changes.toml: change 2: \(problem)")
    }

    private static let known = "known are versions, since, targets, profiles, add, remove, replace, rename_prefix, "
    private static let actions = "expected exactly one of add, remove, replace, rename_prefix, remove_affixed, found "
    private static let beginning = "is not the beginning of a package name up to a dash, such as luci-i18n-"

    @Test(arguments: [
        ("add = ['b']", "expected either 'versions' or 'since'"),
        ("versions = 'every'\nsince = '24.10'\nadd = ['b']", "expected either 'versions' or 'since'"),
        ("versions = 'all'\nadd = ['b']", "'versions': 'all' is not \"every\" or a list of branches"),
        ("versions = []\nadd = ['b']", "'versions': expected a list of at least one text: [\"...\"]"),
        ("versions = 24.10\nadd = ['b']", "'versions': expected a list of at least one text: [\"...\"]"),
        ("versions = [24.10]\nadd = ['b']", "'versions': expected a list of texts only"),
        ("versions = ['24.01']\nadd = ['b']", "'versions': '24.01' is not a branch of branches.toml or SNAPSHOT"),
        ("versions = ['24.10.4']\nadd = ['b']", "'versions': '24.10.4' is not a branch of branches.toml or SNAPSHOT"),
        ("versions = ['24.10', '24.10']\nadd = ['b']", "'versions': '24.10' is there twice"),
        ("since = '24.01'\nadd = ['b']", "'since': '24.01' is not a branch of branches.toml or SNAPSHOT"),
        ("versions = 'every'", actions + "none"),
        ("versions = 'every'\nadd = ['b']\nremove = ['c']", actions + "add, remove"),
        ("versions = 'every'\nadd = []", "'add': expected a list of at least one text: [\"...\"]"),
        ("versions = 'every'\nadd = 'b'", "'add': expected a list of at least one text: [\"...\"]"),
        ("versions = 'every'\nadd = ['b', 'b']", "'add': 'b' is there twice"),
        ("versions = 'every'\nadd = ['-b']", "'add': '-b' is not a package name"),
        ("versions = 'every'\nremove = ['b c']", "'remove': 'b c' is not a package name"),
        ("versions = 'every'\nreplace = 'b'", "'replace': expected { old = \"...\", new = \"...\" }"),
        ("versions = 'every'\nreplace = { old = 'b' }", "'replace': 'new' is missing"),
        ("versions = 'every'\nreplace = { old = 'b', new = 'b' }", "'replace': 'old' and 'new' are both 'b'"),
        (
            "versions = 'every'\nreplace = { old = 'b', new = '' }",
            "'replace': 'new': expected a text in quotes of 1 to 300 bytes"
        ),
        (
            "versions = 'every'\nreplace = { old = 'b', new = 'c', with = 'd' }",
            "'replace': unknown key 'with'; known are old, new"
        ),
        ("versions = 'every'\nrename_prefix = { old = 'b', new = 'c-' }", "'rename_prefix': 'old': 'b' \(beginning)"),
        ("versions = 'every'\nrename_prefix = { old = 'b-', new = '-' }", "'rename_prefix': 'new': '-' \(beginning)"),
        (
            "versions = 'every'\nrename_prefix = { old = 'b-', new = 'b-' }",
            "'rename_prefix': 'old' and 'new' are both 'b-'"
        ),
        ("versions = 'every'\nremove_affixed = { prefix = 'b-' }", "'remove_affixed': 'suffix' is missing"),
        (
            "versions = 'every'\nremove_affixed = { prefix = 'b-', suffix = 'en' }",
            "'remove_affixed': 'suffix': 'en' is not a dash and the end of a package name, such as -en"
        ),
        (
            "versions = 'every'\ntargets = ['ath79']\nadd = ['b']",
            "'targets': 'ath79' is not a target such as ath79/generic"
        ),
        ("versions = 'every'\ntargets = []\nadd = ['b']", "'targets': expected a list of at least one text: [\"...\"]"),
        (
            "versions = 'every'\nprofiles = ['tplink,archer-c7-v2']\nadd = ['b']",
            "'profiles': 'tplink,archer-c7-v2' is not a profile id, with commas as underscores"
        ),
        ("versions = 'every'\nprofile = ['p']\nadd = ['b']", "unknown key 'profile'; \(known)remove_affixed, reason"),
    ])
    func fixups_badEntry_namesFileEntryAndWhatWasExpected(entry: String, problem: String) {
        let toml = Self.fixups + "[[fixup]]\n\(entry)\nreason = 'r'\n"
        #expect(Self.problem(fixups: toml) == "package-fixups.toml: fixup 2: \(problem)")
    }

    @Test func fixups_withoutReason_areRefused() {
        let toml = "[[fixup]]\nversions = 'every'\nadd = ['b']\n"
        #expect(Self.problem(fixups: toml) == "package-fixups.toml: fixup 1: 'reason' is missing")
    }

    @Test(arguments: [
        ("", "has no entries; expected [[change]]"),
        ("change = 5", "has no entries; expected [[change]]"),
        ("change = [5]", "'change': expected entries that begin with [[change]]"),
        ("[[changes]]\nsource = 'a'", "unknown key 'changes'; known are change"),
        (changes + "[other]\n", "unknown key 'other'; known are change"),
    ])
    func file_otherShape_isRefused(toml: String, problem: String) {
        #expect(Self.problem(changes: toml) == "package-changes.toml: \(problem)")
    }

    @Test(arguments: ["[[change]\n", "\nsource = \n", "[[change]]\nsource = 'a'\nsource = 'b'\n"])
    func file_noTOML_namesTheLine(toml: String) throws {
        let problem = try #require(Self.problem(changes: toml))
        #expect(problem.contains(/^package-changes\.toml: line [1-9][0-9]*: not TOML: ./), "\(problem)")
    }

    @Test func error_code_tellsTheKind() {
        let codes: [(String, PackageTablesError.Code)] = [
            ("[[", .notTOML), ("[[branch]]\nx = 1", .unknownKey), ("[[branch]]\nname = '24.10'", .missingKey),
            ("[[branch]]\nname = 1", .badValue), (Self.branches + Self.branches, .conflict),
        ]
        for (toml, code) in codes {
            let error = #expect(throws: PackageTablesError.self) { try BranchTable(toml: toml) }
            #expect(error?.code == code)
            #expect(error?.file == "branches.toml")
        }
    }
}
