import ASUCore
import Testing

struct PackageVersionTests {
    @Test(arguments: [
        ("1.0~rc1", "1.0"), ("1.0~~", "1.0~"), ("1.0~", "1.0"), ("1.0~rc1-r2", "1.0~rc2-r1"), ("2.14-r3", "2.14-r10"),
        ("1.9", "1.10"), ("1.0", "1.0.1"), ("1.0", "1.0a"), ("1.0a", "1.0b"), ("1.0a", "1.0+"), ("1.0z", "1.0-1"),
        ("2022-11-30-r1", "2023-01-02-r1"), ("2024.01.01~0a1b2c-r1", "2024.01.02~ffffff-r1"),
        ("2024.01.01~abcdef-r9", "2024.01.01-r1"), ("6.6.110-r1", "6.6.110.1-r1"), ("", "1"), ("9", "10"),
        ("1.18446744073709551616", "1.18446744073709551617"), ("5.15.150+2023", "5.15.150+2024"),
    ])
    func compare_olderAndNewer_areOrderedBothWays(older: String, newer: String) throws {
        guard !older.isEmpty else {
            #expect(PackageVersion(older) == nil)
            return
        }
        let (one, two) = (try #require(PackageVersion(older)), try #require(PackageVersion(newer)))
        #expect(one.compare(two) < 0, "\(older) must be older than \(newer)")
        #expect(two.compare(one) > 0, "\(newer) must be newer than \(older)")
        #expect(one.compare(one) == 0)
    }

    @Test(arguments: [("1.0", "1.00"), ("1.01", "1.1"), ("1.0-r01", "1.0-r1"), ("0", "000")])
    func compare_leadingZeros_areEqual(left: String, right: String) throws {
        #expect(try #require(PackageVersion(left)).compare(try #require(PackageVersion(right))) == 0)
    }

    @Test(arguments: ["1", "2024.05.17~3a72a0-r1", "1.2+git,x_Y", String(repeating: "1", count: 128)])
    func packageVersion_wellFormed_isKept(text: String) {
        #expect(PackageVersion(text)?.text == text)
    }

    @Test(arguments: ["", "1 2", "1/2", "1:2", "1\n", "1\u{0}", "\u{661}", "1;id", String(repeating: "1", count: 129)])
    func packageVersion_malformed_isRefused(text: String) {
        #expect(PackageVersion(text) == nil)
    }
}
