import ASUCore
import ASUTestSupport
import Logging
import Testing

struct SettingsTests {
    @Test func settings_nothingSet_areTheDefaults() throws {
        let settings = try SampleSettings.read()
        #expect(settings.publicPath == "var/public")
        #expect(settings.cachePath == "var/cache")
        #expect(settings.workspacePath == nil)
        #expect(settings.redisURL == (try RedisURL("redis://localhost:6379/0")))
        #expect(settings.upstreamURL == "https://downloads.openwrt.org")
        #expect(settings.branches == ["SNAPSHOT", "25.12", "24.10", "23.05", "22.03", "21.02"])
        #expect(settings.trustedKeys.fingerprints.contains("d310c6f2833e97f7"))
        #expect(!settings.allowDefaults)
        #expect(settings.maxDefaultsLength == 20_480)
        #expect(settings.maxCustomRootfsSizeMB == 1024)
        #expect(settings.repositoryAllowList.isEmpty)
        #expect(settings.logLevel == .info)
        #expect(settings.buildTTL == .seconds(7 * 86_400))
        #expect(settings.buildTTLUnversioned == .seconds(24 * 3600))
        #expect(settings.buildDefaultsTTL == .seconds(30 * 60))
        #expect(settings.buildFailureTTL == .seconds(3600))
        #expect(settings.maxPendingJobs == 200)
        #expect(settings.jobTimeout == .seconds(600))
        #expect(settings.lease == .seconds(30))
        #expect(settings.maxAttempts == 3)
        #expect(settings.sandbox == .bubblewrap)
        #expect(settings.requestLimits == RequestLimits(maxDefaultsLength: 20_480, maxRootfsSizeMB: 1024))
        #expect(!settings.requestPolicy.allowsDefaults)
    }

    /// A value for every setting that is built, none of them the default: in TOML, and in the environment.
    static let values: [(key: SettingsKey, toml: String, environment: String)] = [
        (.publicPath, "'/srv/p'", "/srv/p"),
        (.cachePath, "'/srv/c'", "/srv/c"),
        (.workspacePath, "'/srv/w'", "/srv/w"),
        (.redisURL, "'redis://r.example:7000/2'", "redis://r.example:7000/2"),
        (.upstreamURL, "'http://Mirror.example:80/openwrt/'", "http://Mirror.example:80/openwrt/"),
        (.branches, "['24.10', 'SNAPSHOT', '9.1', '24.10']", "24.10, SNAPSHOT,9.1,24.10"),
        (.trustedKeys, "['\(SampleRequest.usignKey)']", SampleRequest.usignKey),
        (.allowDefaults, "true", "True"),
        (.maxDefaultsLength, "1", "1"),
        (.maxCustomRootfsSizeMB, "2", "2"),
        (.repositoryAllowList, "['https://a.example/x', 'http://b.example']", "https://a.example/x,http://b.example"),
        (.serverStats, "false", "false"),
        (.logLevel, "'debug'", "debug"),
        (.buildTTL, "'2d'", "2d"),
        (.buildTTLUnversioned, "'90m'", "90m"),
        (.buildDefaultsTTL, "61", "61"),
        (.buildFailureTTL, "'5s'", "5s"),
        (.maxPendingJobs, "7", "7"),
        (.jobTimeout, "'1h'", "1h"),
        (.lease, "'10s'", "10s"),
        (.maxAttempts, "9", "9"),
        (.sandbox, "'none'", "none"),
        (.buildMemoryMB, "65", "65"),
        (.workspaceSizeMB, "66", "66"),
        (.buildProcesses, "17", "17"),
        (.cacheSizeMB, "257", "257"),
        (.storeSizeMB, "258", "258"),
    ]

    private static let expected: [SettingsKey: String] = [
        .publicPath: "\"/srv/p\"", .cachePath: "\"/srv/c\"", .workspacePath: "\"/srv/w\"",
        .redisURL: "\"redis://r.example:7000/2\"", .upstreamURL: "\"http://mirror.example/openwrt\"",
        .branches: "[\"SNAPSHOT\", \"24.10\", \"9.1\"]", .trustedKeys: "[\"d310c6f2833e97f7\"]",
        .allowDefaults: "true", .maxDefaultsLength: "1", .maxCustomRootfsSizeMB: "2",
        .repositoryAllowList: "[\"https://a.example/x\", \"http://b.example/\"]", .serverStats: "false",
        .logLevel: "\"debug\"",
        .buildTTL: "\"2d\"", .buildTTLUnversioned: "\"90m\"", .buildDefaultsTTL: "\"61s\"",
        .buildFailureTTL: "\"5s\"", .maxPendingJobs: "7", .jobTimeout: "\"1h\"", .lease: "\"10s\"",
        .maxAttempts: "9", .sandbox: "\"none\"", .buildMemoryMB: "65", .workspaceSizeMB: "66",
        .buildProcesses: "17", .cacheSizeMB: "257", .storeSizeMB: "258",
    ]

    private static func lines(_ settings: Settings) -> [String: String] {
        var lines: [String: String] = [:]
        for line in settings.listing.split(separator: "\n") {
            guard let mark = line.firstRange(of: " = ") else { continue }
            lines[String(line[..<mark.lowerBound])] = String(line[mark.upperBound...])
        }
        return lines
    }

    @Test func settings_everyKey_isReadFromFileAndEnvironment() throws {
        let toml = Self.values.map { "\($0.key.rawValue) = \($0.toml)" }.joined(separator: "\n")
        let environment = Dictionary(
            uniqueKeysWithValues: Self.values.map { ($0.key.rawValue.uppercased(), $0.environment) }
        )
        for settings in [try SampleSettings.read(toml), try SampleSettings.read(environment: environment)] {
            let lines = Self.lines(settings)
            for (key, text) in Self.expected { #expect(lines[key.rawValue] == text, "\(key.rawValue)") }
        }
    }

    @Test func settings_listing_hasEveryKeyThatIsBuilt() throws {
        let unbuilt: Set<SettingsKey> = [
            .s3Endpoint, .s3Region, .s3Bucket, .s3AccessKey, .s3SecretKey, .rateLimit,
        ]
        let built = SettingsKey.allCases.filter { !unbuilt.contains($0) }
        #expect(Set(Self.lines(try SampleSettings.read()).keys) == Set(built.map(\.rawValue)))
        #expect(Set(Self.values.map(\.key)).union([.storeBackend]) == Set(built))
        for key in unbuilt {
            let value = key == .rateLimit ? "5" : "secret-value"
            let problem = try #require(try SampleSettings.problem(environment: [key.environmentName: value]))
            #expect(problem.hasPrefix("environment: \(key.environmentName): "))
            #expect(problem.contains("built yet"))
            #expect(!problem.contains("secret-value"))
            // Set to nothing, as in a template, they do no harm.
            #expect(try SampleSettings.problem(environment: [key.environmentName: key == .rateLimit ? "0" : ""]) == nil)
        }
    }

    @Test func settings_listing_readsAgainAsTheSame() throws {
        let odd = #"/srv/with "quotes" and \ and \#u{E9}"#
        let toml = Self.values.filter { $0.key != .trustedKeys && $0.key != .cachePath }
            .map { "\($0.key.rawValue) = \($0.toml)" }.joined(separator: "\n")
        for settings in [
            try SampleSettings.read(), try SampleSettings.read(toml, environment: ["CACHE_PATH": odd + "\n\t"]),
        ] {
            // The listing names trusted keys by fingerprint.
            let listing = settings.listing.split(separator: "\n").filter { !$0.hasPrefix("trusted_keys") }
                .joined(separator: "\n")
            let again = try SampleSettings.read(listing)
            #expect(again.listing == settings.listing)
            #expect(again.cachePath == settings.cachePath)
        }
    }

    @Test func settings_listing_hidesThePassword() throws {
        let settings = try SampleSettings.read(environment: ["REDIS_URL": "redis://me:hunter2@r.example/1"])
        #expect(settings.listing.contains("redis_url = \"redis://me:***@r.example:6379/1\""))
        #expect(!settings.listing.contains("hunter2"))
        #expect(SettingsKey.allCases.filter(\.isSecret) == [.s3AccessKey, .s3SecretKey])
    }

    @Test func settings_environment_isStrongerThanTheFile() throws {
        let toml = "lease = '20s'\nmax_attempts = 5\nallow_defaults = true"
        let settings = try SampleSettings.read(toml, environment: ["LEASE": "40s", "ALLOW_DEFAULTS": ""])
        #expect(settings.lease == .seconds(40))
        #expect(settings.maxAttempts == 5)
        #expect(!settings.allowDefaults)
        #expect(settings.maxPendingJobs == 200)
    }

    @Test(arguments: [
        ("true", true), ("TRUE", true), ("1", true), ("yes", true), ("on", true), ("false", false), ("0", false),
        ("no", false), ("off", false), ("", false),
    ])
    func settings_environmentFlag_takesTheUsualWords(text: String, expected: Bool) throws {
        #expect(try SampleSettings.read(environment: ["ALLOW_DEFAULTS": text]).allowDefaults == expected)
    }

    @Test(arguments: [
        ("1", 1), ("90s", 90), ("10m", 600), ("24h", 86_400), ("7d", 604_800), ("366d", 31_622_400), ("0060s", 60),
    ])
    func settings_duration_isReadAndWritten(text: String, seconds: Int) throws {
        let settings = try SampleSettings.read(environment: ["BUILD_TTL": text])
        #expect(settings.buildTTL == .seconds(seconds))
        #expect(
            try SampleSettings.read(environment: ["BUILD_TTL": settings.buildTTL.setting]).buildTTL == .seconds(seconds)
        )
    }

    @Test func settings_lists_takeTOMLCommasAndJSON() throws {
        let expected = ["https://a.example/", "https://b.example/x"]
        let environments = [
            "https://a.example,https://b.example/x", " https://a.example , https://b.example/x, ",
            #"["https://a.example", "https://b.example/x"]"#,
        ]
        for text in environments {
            let list = try SampleSettings.read(environment: ["REPOSITORY_ALLOW_LIST": text]).repositoryAllowList
            #expect(list.map(\.description) == expected)
        }
        let list = try SampleSettings.read("repository_allow_list = ['https://a.example', 'https://b.example/x']")
        #expect(list.repositoryAllowList.map(\.description) == expected)
        #expect(list.requestPolicy.allowedRepositories == list.repositoryAllowList)
        #expect(try SampleSettings.read(environment: ["REPOSITORY_ALLOW_LIST": ""]).repositoryAllowList.isEmpty)
    }

    @Test func settings_branches_takeAListAndThePeersTables() throws {
        let tables = """
            [branches."23.05"]
            enabled = true
            path = "releases/{version}"
            [branches."24.10"]
            [branches."22.03"]
            enabled = false
            [branches.SNAPSHOT]
            path = "snapshots"
            """
        #expect(try SampleSettings.read(tables).branches == ["SNAPSHOT", "24.10", "23.05"])
        #expect(try SampleSettings.read("branches = ['23.05', 'SNAPSHOT', '23.05']").branches == ["SNAPSHOT", "23.05"])
        #expect(try SampleSettings.read(environment: ["BRANCHES": #"["9.07","10.03"]"#]).branches == ["10.03", "9.07"])
    }

    @Test func settings_trustedKeys_takeLinesAndFiles() throws {
        let folder = try TemporaryDirectory("keys")
        let file = try folder.write("untrusted comment: x\n\(SampleRequest.usignKey)\n", to: "key.pub")
        #expect(try SampleSettings.read("trusted_keys = ['\(file)']").trustedKeys.fingerprints == ["d310c6f2833e97f7"])
        let both = "\(file),RWT5S53W/rrJY9BiIod3JF04AZ/eU1xDpVOb+rjZzAQBEcoETGx8BXEK"
        #expect(
            try SampleSettings.read(environment: ["TRUSTED_KEYS": both]).trustedKeys.fingerprints
                == ["d310c6f2833e97f7", "f94b9dd6febac963"]
        )
    }
}
