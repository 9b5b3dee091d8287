import ASUCore
import ASUTestSupport
import Testing

struct SettingsRefusalTests {
    @Test(arguments: [
        ("max_pending_jobs = 0", "max_pending_jobs: expected a whole number from 1 to 1000000"),
        ("max_pending_jobs = 1000001", "max_pending_jobs: expected a whole number from 1 to 1000000"),
        ("max_pending_jobs = '200'", "max_pending_jobs: expected a whole number from 1 to 1000000"),
        ("max_pending_jobs = 1.5", "max_pending_jobs: expected a whole number from 1 to 1000000"),
        ("max_defaults_length = 1048577", "max_defaults_length: expected a whole number from 0 to 1048576"),
        ("max_custom_rootfs_size_mb = 16385", "max_custom_rootfs_size_mb: expected a whole number from 1 to 16384"),
        ("allow_defaults = 'true'", "allow_defaults: expected true or false"),
        ("allow_defaults = 1", "allow_defaults: expected true or false"),
        ("public_path = 5", "public_path: expected a text in quotes"),
        ("lease = '2h'", "lease: expected a duration such as 90s, 10m, 24h or 7d, from 1s to 1h"),
        ("lease = 0", "lease: expected a duration such as 90s, 10m, 24h or 7d, from 1s to 1h"),
        ("build_ttl = '367d'", "build_ttl: expected a duration such as 90s, 10m, 24h or 7d, from 1s to 366d"),
        ("build_ttl = '1.5h'", "build_ttl: expected a duration such as 90s, 10m, 24h or 7d, from 1s to 366d"),
        ("build_ttl = -5", "build_ttl: expected a duration such as 90s, 10m, 24h or 7d, from 1s to 366d"),
        ("build_ttl = '1w'", "build_ttl: expected a duration such as 90s, 10m, 24h or 7d, from 1s to 366d"),
        ("build_ttl = '9999999999d'", "build_ttl: expected a duration such as 90s, 10m, 24h or 7d, from 1s to 366d"),
        ("sandbox = 'docker'", #"sandbox: expected one of "bubblewrap", "none", found 'docker'"#),
        (
            "log_level = 'INFO'",
            #"log_level: expected one of "trace", "debug", "info", "notice", "warning", "error", "critical", found 'INFO'"#
        ),
        (
            "upstream_url = 'downloads.openwrt.org'",
            "upstream_url: 'downloads.openwrt.org' is not an address such as https://downloads.openwrt.org"
        ),
        ("repository_allow_list = 'https://a'", #"repository_allow_list: expected a list of texts: ["..."]"#),
        ("repository_allow_list = ['https://a', 5]", #"repository_allow_list: expected a list of texts: ["..."]"#),
        (
            "repository_allow_list = ['https://u@a']",
            "repository_allow_list: 'https://u@a' is not a plain http(s) address"
        ),
        ("branches = []", "branches: no branch is enabled; name at least one"),
        ("branches = ['../x']", "branches: '../x' is not a branch such as 24.10 or SNAPSHOT"),
        ("[branches]\n'24.10' = true", #"branches: 24.10: expected a table, [branches."24.10"]"#),
        ("[branches.'24.10']\nenabled = 'no'", "branches: 24.10.enabled: expected true or false"),
        ("trusted_keys = []", "trusted_keys: the list is empty, so that nothing could be verified; leave it out"),
        ("store_backend = 's3'", #"store_backend: only "local" is built yet; artifacts lie in public_path"#),
        ("s3_bucket = 'b'", "s3_bucket: this feature isn't built yet; remove the setting"),
        ("server_stats = '/stats'", "server_stats: expected true or false"),
        ("rate_limit = 5", "rate_limit: rate limits aren't built yet; remove the setting or set it to 0"),
    ])
    func settings_badValueInAFile_namesFileKeyAndWhatWasExpected(toml: String, problem: String) throws {
        #expect(try SampleSettings.problem(toml) == "FILE: \(problem)")
    }

    @Test(arguments: [
        ("MAX_ATTEMPTS", "three", "expected a whole number from 1 to 100"),
        ("MAX_ATTEMPTS", "", "expected a whole number from 1 to 100"),
        ("ALLOW_DEFAULTS", "maybe", "expected true or false, found 'maybe'"),
        ("REPOSITORY_ALLOW_LIST", "[1]", "expected a JSON list of texts, or texts separated by commas"),
        ("REPOSITORY_ALLOW_LIST", "[\"a\"", "expected a JSON list of texts, or texts separated by commas"),
        ("BRANCHES", "", "no branch is enabled; name at least one"),
        ("STORE_BACKEND", "s3", "only \"local\" is built yet; artifacts lie in public_path"),
    ])
    func settings_badValueInTheEnvironment_namesTheVariable(name: String, value: String, problem: String) throws {
        #expect(
            try SampleSettings.problem("lease = '20s'", environment: [name: value])
                == "environment: \(name): \(problem)"
        )
    }

    @Test func settings_rediss_isRefusedWithItsReason() throws {
        let problem = try #require(try SampleSettings.problem("redis_url = 'rediss://:secret@r.example'"))
        #expect(problem.hasPrefix("FILE: redis_url: "))
        #expect(problem.lowercased().contains("tls"))
        #expect(!problem.contains("secret"))
    }

    @Test(arguments: ["http://r.example", "redis://", "redis://r.example/x", ""])
    func settings_badRedisURL_isRefused(text: String) throws {
        let problem = try SampleSettings.problem(environment: ["REDIS_URL": text])
        #expect(problem?.hasPrefix("environment: REDIS_URL: ") == true)
    }

    @Test func settings_badTrustedKey_isNamed() throws {
        for entry in ["RWxyz", "/nonexistent/key.pub"] {
            let problem = try SampleSettings.problem("trusted_keys = ['\(entry)']")
            let start =
                "FILE: trusted_keys: '\(entry)' is neither a usign public key (RW...) nor a file that holds one: "
            #expect(problem?.hasPrefix(start) == true)
        }
    }

    @Test func settings_unknownKey_isNamedWithTheKnownOnes() throws {
        let known = SettingsKey.allCases.map(\.rawValue).sorted().joined(separator: ", ")
        #expect(try SampleSettings.problem("max_job = 1") == "FILE: max_job: unknown key; known are \(known)")
        #expect(try SampleSettings.problem("[worker]\nlease = 5")?.hasPrefix("FILE: worker: unknown key") == true)
        // A stranger's variable is none of ours.
        #expect(try SampleSettings.problem(environment: ["MAX_JOB": "1"]) == nil)
    }

    @Test func settings_noTOML_namesTheLine() throws {
        let problem = try #require(try SampleSettings.problem("lease = '20s'\nmax_attempts = = 3\n"))
        #expect(problem.hasPrefix("FILE: line 2: not TOML: "))
    }

    @Test func settings_fileThatIsNotThere_isNamed() throws {
        let folder = try TemporaryDirectory("settings")
        #expect {
            try Settings(file: folder.file("none.toml"), environment: [:])
        } throws: {
            "\($0)".hasPrefix("\(folder.file("none.toml")): can't be read: ")
        }
    }
}
