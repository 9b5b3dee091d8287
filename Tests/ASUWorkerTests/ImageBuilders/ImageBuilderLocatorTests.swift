import ASUCore
import ASUTestSupport
import Foundation
import Testing

@testable import ASUWorker

@Suite struct ImageBuilderLocatorTests {
    private let target: Target
    private let release: Version
    private let snapshot: Version

    init() throws {
        target = try #require(Target("ath79/generic"))
        release = try #require(Version("23.05.5"))
        snapshot = try #require(Version("SNAPSHOT"))
    }

    private func locator(
        _ upstream: SignedUpstream,
        keys: UsignKeyring? = nil,
        lifetime: Duration = .seconds(60)
    ) -> ImageBuilderLocator {
        ImageBuilderLocator(
            baseURL: upstream.nginx.url,
            client: upstream.client,
            keys: keys ?? upstream.keys,
            snapshotLifetime: lifetime
        )
    }

    private func code(_ body: () async throws -> ImageBuilderArchive) async -> ImageBuilderError.Code? {
        do {
            _ = try await body()
            return nil
        } catch {
            return (error as? ImageBuilderError)?.code
        }
    }

    @Test func locate_signedList_namesArchiveAndHash() async throws {
        let upstream = try await SignedUpstream.start()
        let hash = try await upstream.publish()
        let archive = try await locator(upstream).locate(release, target)
        let name = "openwrt-imagebuilder-23.05.5-ath79-generic.Linux-x86_64.tar.xz"
        #expect(archive.url == "\(upstream.nginx.url)/releases/23.05.5/targets/ath79/generic/\(name)")
        #expect(archive.sha256.hex == hash)
        #expect(archive.fileName == name)
    }

    @Test func locate_release_isAskedForOnceUntilForgotten() async throws {
        let upstream = try await SignedUpstream.start()
        try await upstream.publish()
        let locator = locator(upstream)
        for _ in 0..<3 { _ = try await locator.locate(release, target) }
        #expect(try upstream.count("/sha256sums") == 1)
        await locator.forget(release, target)
        _ = try await locator.locate(release, target)
        #expect(try upstream.count("/sha256sums") == 2)
    }

    @Test func locate_snapshot_isAskedForAgainAfterAWhile() async throws {
        let upstream = try await SignedUpstream.start()
        try await upstream.publish("SNAPSHOT")
        let (patient, impatient) = (locator(upstream), locator(upstream, lifetime: .zero))
        for _ in 0..<2 { _ = try await patient.locate(snapshot, target) }
        #expect(try upstream.count("/sha256sums") == 1)
        let old = try await impatient.locate(snapshot, target)
        try await upstream.publish("SNAPSHOT", files: ["new": "content"])
        #expect(try await impatient.locate(snapshot, target) != old)
        #expect(try await patient.locate(snapshot, target) == old)
    }

    @Test func locate_changedList_isUntrusted() async throws {
        let upstream = try await SignedUpstream.start()
        try await upstream.publish()
        let sums = "up/\(SignedUpstream.path("23.05.5", "ath79/generic"))/sha256sums"
        let forged =
            String(repeating: "0", count: 64) + " *openwrt-imagebuilder-23.05.5-ath79-generic.Linux-x86_64.tar.xz\n"
        try upstream.folder.write(forged, to: sums)
        #expect(await code { try await locator(upstream).locate(release, target) } == .untrusted)
    }

    @Test func locate_otherKey_isUntrusted() async throws {
        let upstream = try await SignedUpstream.start()
        try await upstream.publish()
        let locator = locator(upstream, keys: .openWrt)
        #expect(await code { try await locator.locate(release, target) } == .untrusted)
    }

    @Test func locate_damagedSignature_isUntrusted() async throws {
        let upstream = try await SignedUpstream.start()
        try await upstream.publish()
        try upstream.folder.write("", to: "up/\(SignedUpstream.path("23.05.5", "ath79/generic"))/sha256sums.sig")
        #expect(await code { try await locator(upstream).locate(release, target) } == .untrusted)
    }

    @Test(arguments: ["sha256sums", "sha256sums.sig"])
    func locate_missingFile_isUpstreams(name: String) async throws {
        let upstream = try await SignedUpstream.start()
        try await upstream.publish()
        unlink(upstream.folder.file("up/\(SignedUpstream.path("23.05.5", "ath79/generic"))/\(name)"))
        #expect(await code { try await locator(upstream).locate(release, target) } == .upstream)
    }

    @Test func locate_upstreamDown_isUpstreamsAndNotRemembered() async throws {
        let upstream = try await SignedUpstream.start()
        try await upstream.publish()
        let locator = locator(upstream)
        try upstream.folder.write("", to: "down")
        #expect(await code { try await locator.locate(release, target) } == .upstream)
        unlink(upstream.folder.file("down"))
        #expect(await code { try await locator.locate(release, target) } == nil)
    }

    @Test func locate_nobodyAnswers_isUpstreams() async throws {
        let upstream = try await SignedUpstream.start()
        try await upstream.nginx.stop()
        #expect(await code { try await locator(upstream).locate(release, target) } == .upstream)
    }

    @Test(arguments: ["\n", "nonsense\n", "\(String(repeating: "0", count: 64)) *openwrt-sdk.tar.xz\n"])
    func locate_noArchive_isMalformed(sums: String) async throws {
        let upstream = try await SignedUpstream.start()
        try await upstream.sign("23.05.5", "ath79/generic", sums)
        #expect(await code { try await locator(upstream).locate(release, target) } == .malformed)
    }

    @Test func locate_anotherTargetsList_isUntrusted() async throws {
        let upstream = try await SignedUpstream.start()
        try await upstream.publish(name: "openwrt-imagebuilder-23.05.5-x86-64.Linux-x86_64.tar.xz")
        #expect(await code { try await locator(upstream).locate(release, target) } == .untrusted)
    }
}
