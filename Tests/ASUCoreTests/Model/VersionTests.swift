import ASUCore
import Foundation
import Testing

struct VersionTests {
    private static let ascending = [
        "17.01.7", "18.06.9", "19.07.10", "21.02.0-rc2", "21.02.0-rc4", "21.02.0", "23.05.0-rc1", "23.05.0-rc4",
        "23.05.0", "23.05.1", "23.05.2", "23.05.10", "24.10.0-rc1", "24.10.0-rc9", "24.10.0-rc10", "24.10.0", "24.10.4",
        "25.12.0-rc1", "23.05-SNAPSHOT", "24.10-SNAPSHOT", "25.12-SNAPSHOT", "SNAPSHOT",
    ]

    @Test func comparison_everyPair_followsTheReleases() throws {
        let versions = try Self.ascending.map { try #require(Version($0)) }
        for (index, one) in versions.enumerated() {
            for (other, two) in versions.enumerated() {
                #expect((one < two) == (index < other), "\(one) < \(two)")
            }
        }
        #expect(versions.shuffled().sorted() == versions)
    }

    @Test(arguments: [
        ("SNAPSHOT", "SNAPSHOT"), ("24.10-SNAPSHOT", "24.10"), ("24.10.4", "24.10"), ("24.10.0-rc1", "24.10"),
        ("23.05.10", "23.05"), ("trunk", "trunk"),
    ])
    func branchName_version_isItsBranch(text: String, branch: String) {
        #expect(Version(text)?.branchName == branch)
    }

    @Test(arguments: [("SNAPSHOT", true), ("24.10-SNAPSHOT", true), ("24.10.4", false), ("MYSNAPSHOT", false)])
    func isSnapshot_version_isTold(text: String, expected: Bool) {
        #expect(Version(text)?.isSnapshot == expected)
    }

    @Test(arguments: [
        "", ".", "..", "-1", ".1", "_1", "1/2", "../1", "1 2", "1\n", "1\u{0}", "1,2", "1+2", "\u{661}.\u{662}",
        "23.05.5\u{301}", String(repeating: "1", count: 65),
    ])
    func version_malformed_isRefused(text: String) {
        #expect(Version(text) == nil)
    }

    @Test func comparison_hostileNumbers_areOrderedAllTheSame() throws {
        let texts = [
            "99999999999999999999.1.2", "1.2.3-rc", "1.2.3-rcx", "1..2", "1-2-3", "a", "1.2.3-rc99999999999999",
        ]
        let versions = try texts.map { try #require(Version($0)) }
        for one in versions {
            #expect(!(one < one))
            for two in versions where one != two { #expect((one < two) != (two < one)) }
        }
    }

    @Test(.enabled(if: SharedData.isPresent))
    func comparison_realVersions_sortAsUpstreamGroupsThem() throws {
        struct File: Decodable {
            let versions_list: [String]
        }
        let listed = try JSONDecoder().decode(File.self, from: Data(SharedData.bytes("upstream/.versions.json")))
            .versions_list
        #expect(listed.count == 89)
        let sorted = try listed.map { try #require(Version($0)) }.sorted(by: >).map(\.text)
        // The file names a branch's candidates before its first release; otherwise it is newest first.
        var expected: [String] = []
        for text in listed {
            if text.hasSuffix(".0"), let first = expected.firstIndex(where: { $0.hasPrefix("\(text)-rc") }) {
                expected.insert(text, at: first)
            } else {
                expected.append(text)
            }
        }
        #expect(sorted == expected)
        #expect(Set(sorted.compactMap { Version($0)?.branchName }).count == 8)
    }
}
