import ASUCore
import Testing

@testable import ASUServer

/// The limits and patterns of the document are those that requests are parsed by.
@Suite struct DocumentLimitsTests {
    /// A schema, and what the parser says of a text.
    struct Rule: Sendable, CustomTestStringConvertible {
        let place: String
        let parses: @Sendable (String) -> Bool

        var testDescription: String { place }
    }

    private static let request = "#/components/schemas/BuildRequest/properties/"
    private static let parameters = "#/components/parameters/"

    static let rules = [
        Rule(place: "#/components/schemas/Version") { Version($0) != nil },
        Rule(place: "#/components/schemas/Target") { Target($0) != nil },
        Rule(place: "#/components/schemas/Profile") { ProfileName($0) != nil },
        Rule(place: "#/components/schemas/RequestHash") { RequestHash($0) != nil },
        Rule(place: parameters + "Target/schema") { Target("\($0)/x") != nil },
        Rule(place: parameters + "Subtarget/schema") { Target("x/\($0)") != nil },
        Rule(place: parameters + "Profile/schema") { ProfileName($0) != nil },
        Rule(place: parameters + "Architecture/schema") { TargetsIndex.isArchitecture($0) },
        Rule(place: request + "version_code") { $0.isEmpty || ProfilesIndex.isRevision($0) },
        Rule(place: request + "packages/items") { $0.isEmpty || PackageSelection($0) != nil },
        Rule(place: request + "packages_versions/propertyNames") {
            PackageSelection($0).map { !$0.isRemoval } ?? false
        },
        Rule(place: request + "packages_versions/additionalProperties") { PackageVersion($0) != nil },
        Rule(place: request + "repositories/propertyNames") { name in
            RepositoryURL("https://a").flatMap { Repository(name: name, url: $0) } != nil
        },
        Rule(place: request + "repositories/additionalProperties") { RepositoryURL($0) != nil },
        Rule(place: request + "repository_keys/items") { RepositoryKey($0) != nil },
        Rule(place: "#/components/schemas/BuildRequest2020/properties/target") { $0.isEmpty || Target($0) != nil },
    ]

    private static let key = "RW" + String(repeating: "A", count: 54)
    private static let pem = "-----BEGIN PUBLIC KEY-----\nAAAA\nAAA=\n-----END PUBLIC KEY-----\n"
    private static let seeds = [
        "", "a", "ab.c", "-a", "--a", "+a", "++a", "+-a", "-", "a,b", ",a", "_a", ".a", "a/b", "a/b/c", "/", "a/",
        "a b",
        "a\n", "\na", "\u{e9}", "a\u{0}", "SNAPSHOT", "25.12.0-rc1", "1~2", "r1-a", "http://a", "HTTPS://A.b/c_D/",
        "https://a:1/", "https://a:0/", "https://a:65535", "https://a:65536", "https://a:00001", "https://a:000001",
        "https://a:/", "https://[::1]:8080/x", "https://[]/", "https://a/..", "https://a/./b", "https://a/...",
        "https://a//b", "https://-a", "https://u@a", "https://a/?q", "https://a/%20", "ftp://a", "http:/a", key,
        "untrusted comment: x\n" + key, key + "\n", key + "A", "RW" + key.dropFirst(3), pem,
        pem.replacing("AAA=", with: "AAB="), pem.replacing("PUBLIC", with: "PRIVATE"),
        pem.replacing("AAA=\n", with: "AA==\n"), pem.replacing("AAA=\n", with: "AB==\n"),
    ]

    /// Texts near the limits, and ten thousand that a fixed generator makes of what the parsers tell apart.
    private static let samples: [String] = {
        var texts = seeds
        for length in [63, 64, 65, 99, 100, 101, 127, 128, 129, 512, 513, 4096, 4097] {
            texts += [String(repeating: "a", count: length), "-" + String(repeating: "a", count: length)]
            texts += [String(repeating: "a", count: length) + "/b", "b/" + String(repeating: "a", count: length)]
            texts.append("http://a/" + String(repeating: "b", count: max(length - 9, 0)))
        }
        let pieces = Array("aZ09._-+,~/:@=[]#? \n%").map(String.init) + ["http://", "https://", "..", ":80", "\u{e9}"]
        var state: UInt64 = 1
        for _ in 0..<10_000 {
            var text = ""
            state = state &* 6_364_136_223_846_793_005 &+ 1
            for _ in 0..<(state >> 33) % 7 {
                state = state &* 6_364_136_223_846_793_005 &+ 1
                text += pieces[Int((state >> 33) % UInt64(pieces.count))]
            }
            texts.append(text)
        }
        return texts
    }()

    @Test(arguments: rules)
    func pattern_isTheParsersRule(_ rule: Rule) throws {
        let schema = try #require(SampleDescription.load().resolve(rule.place), "\(rule.place)")
        let pattern = Pattern(try #require(schema["pattern"]?.string))
        var maxLength = Int.max
        if case .integer(let length)? = schema["maxLength"] { maxLength = Int(length) }
        var taken = 0
        for text in Self.samples {
            let fits = text.unicodeScalars.count <= maxLength && pattern.matches(text)
            if fits { taken += 1 }
            #expect(fits == rule.parses(text), "\(text.debugDescription)")
        }
        #expect(taken > 0)
    }

    @Test func counts_areTheParsersLimits() throws {
        let description = try SampleDescription.load()
        let limits = RequestLimits(maxDefaultsLength: 0, maxRootfsSizeMB: 1)
        for (place, limit) in [
            (Self.request + "packages/maxItems", limits.maxPackages),
            (Self.request + "packages_versions/maxProperties", limits.maxPackages),
            (Self.request + "repositories/maxProperties", limits.maxRepositories),
            (Self.request + "repositories/additionalProperties/maxLength", RepositoryURL.maxLength),
            (Self.request + "repository_keys/maxItems", limits.maxRepositoryKeys),
            (Self.request + "repository_keys/items/maxLength", RepositoryKey.maxLength),
            (Self.request + "rootfs_size_mb/minimum", 1),
            (Self.request + "client/maxLength", BuildRequest.maxClientLength),
            ("#/components/schemas/BuildRequest2020/properties/packages/maxItems", limits.maxPackages),
            (Self.parameters + "ErrorCount/schema/maximum", StatisticsKeys.maxErrors),
        ] {
            #expect(description.resolve(place) == .integer(Int64(limit)), "\(place)")
        }
    }

    @Test func choices_areTheParsers() throws {
        let description = try SampleDescription.load()
        let filesystems = Filesystem.allCases.map { JSONValue.string($0.rawValue) } + ["", .null]
        #expect(description.resolve(Self.request + "filesystem/enum") == .array(filesystems))
        let modes = Repository.Mode.allCases.map { JSONValue.string($0.rawValue) } + ["", .null]
        #expect(description.resolve(Self.request + "repositories_mode/enum") == .array(modes))
        let steps = BuildStep.allCases.map { JSONValue.string($0.rawValue) }
        #expect(description.resolve("#/components/schemas/BuildStep/enum") == .array(steps))
        let states = ["queued"] + steps + ["done", "failed"]
        #expect(description.resolve("#/components/headers/ImagebuilderStatus/schema/enum") == .array(states))
        let fields = Set((description.resolve(String(Self.request.dropLast()))?.object ?? [:]).keys)
        #expect(fields == Set(BuildRequestBody.CodingKeys.allCases.map(\.rawValue)))
        let echo = description.resolve("#/components/schemas/RequestEcho/properties")?.object ?? [:]
        #expect(Set(echo.keys) == fields)
    }

    /// What the operator sets stands in the document that this server shows.
    @Test func settings_standInTheDocument() throws {
        let description = try SampleDescription.load([
            "MAX_DEFAULTS_LENGTH": "77", "MAX_CUSTOM_ROOTFS_SIZE_MB": "88", "BRANCHES": "24.10,SNAPSHOT",
        ])
        #expect(description.resolve(Self.request + "defaults/maxLength") == 77)
        #expect(description.resolve(Self.request + "rootfs_size_mb/maximum") == 88)
        #expect(description.resolve(Self.parameters + "Branch/schema/enum") == ["", "SNAPSHOT", "24.10"])
    }

    @Test func documentWithoutAPlaceForASetting_isRefused() throws {
        let settings = try Settings(file: nil, environment: [:])
        #expect(throws: StartError.self) { try APIDescription(json: Array("{}".utf8), settings) }
        #expect(throws: StartError.self) { try APIDescription(json: Array("{".utf8), settings) }
    }
}
