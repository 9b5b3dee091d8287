import ASUCore
import ASUTestSupport
import Testing

@testable import ASUJanitor

/// Genuine indexes with their genuine signatures.
@Suite(.timeLimit(.minutes(1)), .enabled(if: NginxServer.isAvailable && SharedUpstream.exists))
struct SignedIndexTests {
    private static let folders = [
        "24.10.4/packages/x86_64/base", "24.10.4/packages/x86_64/luci", "24.10.4/packages/x86_64/packages",
        "24.10.4/packages/x86_64/routing", "24.10.4/packages/x86_64/telephony",
        "24.10.4/targets/x86/64/packages",
        "24.10.4/targets/x86/64/kmods/\(SharedUpstream.kernel("24.10.4/targets/x86/64"))",
        "19.07.1/packages/aarch64_cortex-a53/base", "19.07.1/packages/aarch64_cortex-a53/luci",
        "19.07.1/packages/aarch64_cortex-a53/packages", "19.07.1/packages/aarch64_cortex-a53/routing",
        "19.07.1/packages/aarch64_cortex-a53/telephony", "19.07.1/targets/brcm2708/bcm2710/packages",
        "19.07.1/targets/brcm2708/bcm2710/kmods/\(SharedUpstream.kernel("19.07.1/targets/brcm2708/bcm2710"))",
    ]

    @Test func read_genuineSignatures_areAllVerified() async throws {
        let server = try await NginxServer.start(root: SharedUpstream.root)
        let client = HTTPClient(configuration: HTTPClient.Configuration(userAgent: "test"))
        defer { client.shutdown() }
        let reader = IndexReader(upstream: UpstreamReader(baseURL: server.url, client: client), keys: .openWrt)
        var packages = 0
        for folder in Self.folders {
            let reply = try await reader.read("releases/\(folder)", format: .opkg, known: nil)
            guard case .read(let index, let record) = reply else {
                Issue.record("\(folder): \(reply)")
                continue
            }
            #expect(record.name == "Packages.gz")
            packages += index.index?.entries.count ?? 0
        }
        #expect(Self.folders.count == 14)
        #expect(packages == 10_669 + 9_263)
        let signatures = try await server.requests(atLeast: 28).filter { $0.contains("Packages.sig HTTP/1.1 200") }
        #expect(signatures.count == 14)
        try await server.stop()
    }

    /// One bit of the index, one of the signature, a stranger's key: each keeps the old data and is named.
    @Test func run_forgedIndex_isRefusedAndTheOldOneKept() async throws {
        let tree = try UpstreamTree()
        try tree.list(["24.10.4"])
        try tree.addRelease("24.10.4")
        let folder = "releases/24.10.4/packages/x86_64/luci"
        let source = "\(SharedUpstream.root)/\(folder)"
        var index = try TemporaryDirectory.contents(of: "\(source)/Packages")
        let signature = try TemporaryDirectory.contents(of: "\(source)/Packages.sig")
        try tree.write(index, to: "\(folder)/Packages")
        try tree.write(signature, to: "\(folder)/Packages.sig")
        try await withJanitor(tree) { fixture in
            var fixture = fixture
            fixture.keys = .openWrt
            #expect(try await fixture.run().failures.isEmpty)
            let count = try await fixture.manifest("24.10.4")?.feeds["x86_64"]?["luci"]?.packages
            #expect(try #require(count) > 2000)
            let version = try #require(index.firstRange(of: Array("Version: ".utf8)))
            index[version.upperBound] ^= 1
            try tree.write(index, to: "\(folder)/Packages")
            let forged = try await fixture.failure()
            #expect(forged?.code == .untrusted)
            #expect(forged?.url == "\(fixture.server.url)/\(folder)/Packages.sig")
            #expect(try await fixture.manifest("24.10.4")?.feeds["x86_64"]?["luci"]?.packages == count)
            // It is asked for again, and named again, until it is right.
            #expect(try await fixture.failure()?.code == .untrusted)
            index[version.upperBound] ^= 1
            try tree.write(index, to: "\(folder)/Packages")
            fixture.keys = UsignKeyring([])
            #expect(try await fixture.failure()?.reason.contains("not trusted") == true)
            fixture.keys = .openWrt
            #expect(try await fixture.failure() == nil)
            // What never was there isn't missed: that feed is left to the build, and is named.
            fixture.keys = UsignKeyring([])
            _ = try await fixture.redis.send(RedisCommand("FLUSHALL"))
            let summary = try await fixture.run()
            #expect(summary.failures.isEmpty)
            #expect(summary.unverified.map(\.url) == ["\(fixture.server.url)/\(folder)/Packages.sig"])
            let manifest = try await fixture.manifest("24.10.4")
            #expect(manifest?.feeds["x86_64"]?["luci"]?.isUnread == true)
            #expect(manifest?.feeds["x86_64"]?["base"]?.isUnread == nil)
            // It isn't read again as long as the same keys are trusted, and still named.
            let before = try await fixture.server.requests(atLeast: 1).count
            let next = try await fixture.run()
            #expect(next.unverified.map(\.url) == ["\(fixture.server.url)/\(folder)"])
            let requests = try await fixture.server.requests(atLeast: before + 5).dropFirst(before)
            #expect(requests.filter { $0.contains(folder) }.map { $0.split(separator: " ")[3] } == ["304"])
            fixture.keys = .openWrt
            _ = try await fixture.run()
            let trusted = try await fixture.manifest("24.10.4")
            #expect(trusted?.feeds["x86_64"]?["luci"]?.packages == count)
        }
    }
}
