import ASUCore
import ASUTestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct RequestValidatorTests {
    private struct Fixture: Sendable {
        let catalog: CatalogFixture
        var policy = RequestPolicy(allowsDefaults: false, allowedRepositories: [])

        /// What a request for 24.10.4 ends in: `nil` if it is admitted.
        func refusal(_ change: (inout BuildRequestBody) -> Void) async throws -> RequestRefusal? {
            do {
                _ = try await resolve(change)
                return nil
            } catch let error as RequestRefusal {
                return error
            }
        }

        func resolve(_ change: (inout BuildRequestBody) -> Void) async throws -> BuildJob {
            try await resolved(change).job
        }

        func resolved(_ change: (inout BuildRequestBody) -> Void) async throws -> ResolvedRequest {
            let catalog = catalog.catalog()
            try await catalog.refresh()
            let validator = RequestValidator(
                catalog: catalog,
                policy: policy,
                branches: ["24.10", "25.12", "SNAPSHOT"],
                fixups: try PackageTables.load().fixups
            )
            return try await validator.resolve(SampleRequest.parse(change))
        }
    }

    /// Runs `body` with a catalog of 24.10.4, and of 25.12.0 where provides aren't known.
    private static func withFixture(_ body: (Fixture) async throws -> Void) async throws {
        try await withCatalog { fixture async throws in
            let own = try await fixture.index(["kmod-nf=6.6-r1", "kernel-extra=1"])
            let base = try await fixture.index([
                "dnsmasq=2.90-r3", "libfoo=1.0-r1", "libfoo20", "virtual-dns", "twice=2",
            ])
            let luci = try await fixture.index(["luci=25.1~abc", "twice=1", "dnsmasq", "libssl", "owut=2025.1"])
            let apk = try await fixture.index(["luci=26.1-r5"], knowsProvides: false)
            let opkg = try await fixture.manifest(
                "24.10.4",
                revision: "r28959-29397011cc",
                profiles: ["generic": [], "acme_box": ["acme,old-box"]],
                indexes: ["packages": own],
                // Several, so that the order in which they are read shows.
                feeds: ["base": base, "luci": luci, "a": luci, "b": luci, "c": luci, "d": luci]
            )
            let manifests = [
                opkg,
                try await fixture.manifest("25.12.0", indexes: ["packages": apk], feeds: ["base": apk]),
                try await fixture.manifest("24.10.3", indexes: ["packages": own]),
                try await fixture.manifest("SNAPSHOT", revision: ""),
                try await fixture.manifest("23.05.5"),
            ]
            try await fixture.store.publish(manifests, lock: CatalogFixture.lock)
            try await body(Fixture(catalog: fixture))
        }
    }

    @Test func resolve_knownRequest_isAJobWithEverythingLookedUp() async throws {
        try await Self.withFixture { fixture async throws in
            let job = try await fixture.resolve {
                $0.profile = "acme,old-box"
                $0.packages = ["luci", "-ppp"]
            }
            #expect(job.profile.text == "acme_box")
            #expect(job.request.profile.text == "acme_old-box")
            #expect(job.architecture == "x86_64")
            #expect(job.revision == "r28959-29397011cc")
            #expect(job.request.packages.map(\.description) == ["luci", "-ppp"])
            #expect(job.packages == job.request.packages)
        }
    }

    @Test func resolve_replacedPackage_isBuiltAndCheckedByItsNewName() async throws {
        try await Self.withFixture { fixture async throws in
            let job = try await fixture.resolve { $0.packages = ["luci", "auc", "luci-i18n-base-en", "-ppp"] }
            #expect(job.packages.map(\.description) == ["luci", "owut", "-ppp"])
            // The answer echoes what was asked for.
            #expect(job.request.packages.map(\.description) == ["luci", "auc", "luci-i18n-base-en", "-ppp"])
            let refusal = try await fixture.refusal { $0.packages = ["luci-i18n-opkg-de"] }
            #expect(refusal?.description == "Unsupported package(s): luci-i18n-package-manager-de")
            #expect(try await fixture.refusal { $0.packages = ["-auc"] } == nil)
        }
    }

    @Test func resolve_replacedPackagesVersion_isNotRequired() async throws {
        try await Self.withFixture { fixture async throws in
            let job = try await fixture.resolve { $0.packagesVersions = ["auc": "0.3.2-1", "luci": "25.1~abc"] }
            #expect(job.packages.map(\.description) == ["owut", "luci"])
            #expect(job.packagesVersions.map { "\($0.key)=\($0.value)" } == ["luci=25.1~abc"])
            #expect(job.request.packagesVersions.count == 2)
        }
    }

    @Test func resolve_versionTargetAndProfile_areRefusedByName() async throws {
        let perhaps = "It may have been dropped, is still being built upstream, or isn't part of this version."
        try await Self.withFixture { fixture async throws in
            let refusals: [(String, (inout BuildRequestBody) -> Void)] = [
                ("Unsupported branch: 23.05.5", { $0.version = "23.05.5" }),
                ("Unsupported branch: 26.06-SNAPSHOT", { $0.version = "26.06-SNAPSHOT" }),
                ("Unsupported version: 24.10.99", { $0.version = "24.10.99" }),
                ("Unsupported version: 24.10-SNAPSHOT", { $0.version = "24.10-SNAPSHOT" }),
                ("Unsupported target: ath79/generic. \(perhaps)", { $0.target = "ath79/generic" }),
                ("Unsupported profile: no_such. \(perhaps)", { $0.profile = "no,such" }),
            ]
            for (text, change) in refusals { #expect(try await fixture.refusal(change)?.description == text) }
            // The first of several is told.
            let first = try await fixture.refusal {
                $0.version = "24.10.99"
                $0.target = "a/b"
                $0.packages = ["nothing"]
            }
            #expect(first?.description == "Unsupported version: 24.10.99")
        }
    }

    @Test func resolve_unknownPackages_areAllNamedInOrder() async throws {
        try await Self.withFixture { fixture async throws in
            let refusal = try await fixture.refusal {
                $0.packages = ["zz", "luci", "-gone", "libssl", "aa", "virtual-dns"]
            }
            #expect(refusal == .unknownPackages(try ["zz", "aa"].map { try #require(PackageName($0)) }))
            #expect(refusal?.description == "Unsupported package(s): zz, aa")
        }
    }

    @Test(arguments: [
        [], ["luci", "dnsmasq", "kmod-nf"], ["-gone", "-dnsmasq"], ["virtual-dns", "libssl"], ["libfoo", "libfoo20"],
        ["kernel", "libc", "libgcc"],
    ])
    func resolve_packagesProvidedNamesAndRemovals_areAdmitted(packages: [String]) async throws {
        try await Self.withFixture { fixture async throws in
            #expect(try await fixture.refusal { $0.packages = packages } == nil)
        }
    }

    @Test func resolve_extraRepository_leavesPackagesToTheBuild() async throws {
        try await Self.withFixture { fixture async throws in
            var fixture = fixture
            let change: (inout BuildRequestBody) -> Void = {
                $0.packages = ["nothing"]
                $0.repositories = ["mine": "https://feeds.example/mine/x86_64"]
            }
            #expect(
                try await fixture.refusal(change)?.description
                    == "Repository not allowed: https://feeds.example/mine/x86_64"
            )
            fixture.policy = RequestPolicy(
                allowsDefaults: false,
                allowedRepositories: [try #require(RepositoryURL("https://feeds.example/mine"))]
            )
            #expect(try await fixture.refusal(change) == nil)
        }
    }

    @Test func resolve_defaults_needTheSetting() async throws {
        try await Self.withFixture { fixture async throws in
            var fixture = fixture
            let change: (inout BuildRequestBody) -> Void = { $0.defaults = "echo" }
            #expect(try await fixture.refusal(change) == .defaultsNotEnabled)
            #expect(RequestRefusal.defaultsNotEnabled.description == "Handling `defaults` not enabled on server")
            #expect(try await fixture.refusal { $0.defaults = "" } == nil)
            fixture.policy = RequestPolicy(allowsDefaults: true, allowedRepositories: [])
            #expect(try await fixture.refusal(change) == nil)
        }
    }

    @Test func resolve_indexWithoutProvides_leavesUnknownNamesToTheBuild() async throws {
        try await Self.withFixture { fixture async throws in
            let refusal = try await fixture.refusal {
                $0.version = "25.12.0"
                $0.packages = ["virtual-dns", "luci"]
            }
            #expect(refusal == nil)
            let outdated = try await fixture.refusal {
                $0.version = "25.12.0"
                $0.packagesVersions = ["luci": "26.1-r4"]
            }
            #expect(
                outdated?.description
                    == "Impossible package selection: luci version not as requested: 26.1-r4 vs. 26.1-r5"
            )
        }
    }

    @Test func resolve_targetWithoutIndexes_leavesPackagesToTheBuild() async throws {
        try await Self.withFixture { fixture async throws in
            let refusal = try await fixture.refusal {
                $0.version = "SNAPSHOT"
                $0.packages = ["nothing"]
            }
            #expect(refusal == nil)
        }
    }

    @Test(arguments: [
        ("", true), ("r28959-29397011cc", true), ("r28960-0000000000", true), ("r28959-0000000000", true),
        ("unknown", true), ("r28958-29397011cc", false), ("r1", false),
    ])
    func resolve_revision_isRefusedOnlyIfOlder(revision: String, isAdmitted: Bool) async throws {
        try await Self.withFixture { fixture async throws in
            let refusal = try await fixture.refusal { $0.versionCode = revision }
            let expected = "Received incorrect version r28959-29397011cc (requested \(revision))"
            #expect(refusal?.description == (isAdmitted ? nil : expected))
        }
    }

    @Test(arguments: [
        ("dnsmasq", "2.90-r3", true), ("dnsmasq", "2.90-r10", true), ("dnsmasq", "2.91-r1", true),
        ("dnsmasq", "2.90-r2", false), ("dnsmasq", "2.9-r9", false), ("libfoo20", "0.1", true), ("libssl", "1", true),
        ("twice", "2", true), ("twice", "1", false),
    ])
    func resolve_packageVersion_isRefusedOnlyIfOlder(name: String, version: String, isAdmitted: Bool) async throws {
        try await Self.withFixture { fixture async throws in
            let refusal = try await fixture.refusal { $0.packagesVersions = [name: version] }
            let available = name == "dnsmasq" ? "2.90-r3" : "2"
            let expected = "Impossible package selection: \(name) version not as requested: \(version) vs. \(available)"
            #expect(refusal?.description == (isAdmitted ? nil : expected))
        }
    }

    @Test func resolve_newerThanTheCatalog_saysWhat() async throws {
        try await Self.withFixture { fixture async throws in
            let cases: [(String?, (inout BuildRequestBody) -> Void)] = [
                (nil, { _ in }), (nil, { $0.versionCode = "r28959-29397011cc" }),
                (nil, { $0.versionCode = "r28959-0000000000" }),
                (
                    "24.10.4 x86/64: r28960-0000000000 is newer than r28959-29397011cc",
                    {
                        $0.versionCode = "r28960-0000000000"
                    }
                ),
                (nil, { $0.packagesVersions = ["dnsmasq": "2.90-r3", "libfoo20": "9", "libssl": "9"] }),
                (
                    "24.10.4 x86/64: dnsmasq 2.90-r4 is newer than 2.90-r3",
                    {
                        $0.packagesVersions = ["dnsmasq": "2.90-r4", "luci": "25.1~abc"]
                    }
                ),
                // Of these the catalog has nothing to compare with.
                (
                    nil,
                    {
                        $0.version = "SNAPSHOT"
                        $0.versionCode = "r9-abc"
                        $0.packagesVersions = ["dnsmasq": "99"]
                    }
                ),
            ]
            for (unseen, change) in cases { #expect(try await fixture.resolved(change).unseen == unseen) }
        }
    }

    @Test(arguments: ["luci", "nothing", "kmod-nf"])
    func resolve_architectureWithoutFeeds_leavesPackagesToTheBuild(name: String) async throws {
        try await Self.withFixture { fixture async throws in
            let refusal = try await fixture.refusal {
                $0.version = "24.10.3"
                $0.packagesVersions = [name: "0"]
            }
            #expect(refusal == nil)
        }
    }

    @Test func resolve_catalogEmpty_refusesTheVersion() async throws {
        try await withCatalog { fixture async throws in
            #expect(
                try await Fixture(catalog: fixture).refusal { _ in }?.description == "Unsupported version: 24.10.4"
            )
        }
    }

    @Test func revision_knownTarget_isTheCatalogs() async throws {
        try await Self.withFixture { fixture async throws in
            let catalog = fixture.catalog.catalog()
            let validator = RequestValidator(
                catalog: catalog,
                policy: fixture.policy,
                branches: ["24.10"],
                fixups: try PackageTables.load().fixups
            )
            #expect(validator.revision(try SampleRequest.parse()) == nil)
            try await catalog.refresh()
            #expect(validator.revision(try SampleRequest.parse()) == "r28959-29397011cc")
            #expect(validator.revision(try SampleRequest.parse { $0.target = "a/b" }) == nil)
        }
    }
}
