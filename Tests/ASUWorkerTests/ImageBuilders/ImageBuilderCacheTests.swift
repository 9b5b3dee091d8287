import ASUCore
import ASUTestSupport
import Foundation
import Logging
import Synchronization
import Testing

@testable import ASUWorker

/// Set-up of small signed ImageBuilders from a real server; only their preparation is a stand-in.
@Suite struct ImageBuilderCacheTests {
    private let target: Target
    private let release: Version
    private let folder: TemporaryDirectory

    init() throws {
        target = try #require(Target("ath79/generic"))
        release = try #require(Version("23.05.5"))
        folder = try TemporaryDirectory("imagebuilders")
    }

    private func cache(_ upstream: SignedUpstream, _ sandbox: StubSandbox = StubSandbox()) -> ImageBuilderCache {
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        return ImageBuilderCache(
            folder: folder.file("ib"),
            locator: ImageBuilderLocator(
                baseURL: upstream.nginx.url,
                client: upstream.client,
                keys: upstream.keys,
                snapshotLifetime: .zero
            ),
            client: upstream.client,
            preparation: ImageBuilderPreparation(sandbox: sandbox, limits: SandboxLimits(wallTime: .seconds(60))),
            budget: DiskBudget(
                imageBuilders: folder.file("ib"),
                packages: folder.file("packages"),
                maxBytes: 1 << 30,
                logger: logger
            ),
            logger: logger
        )
    }

    /// What lies in the cache, locks left out.
    private func contents() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.file("ib"))
            .filter { !$0.hasSuffix(".lock") && !$0.hasSuffix(".setup") }.sorted()
    }

    private func failure(_ body: () async throws -> ImageBuilderTree) async throws -> ImageBuilderError {
        do {
            _ = try await body()
        } catch {
            return try #require(error as? ImageBuilderError)
        }
        throw TestSupportError("it was set up")
    }

    @Test func tree_first_isSetUpThenFound() async throws {
        let upstream = try await SignedUpstream.start()
        let hash = try await upstream.publish()
        let cache = cache(upstream)
        let steps = Mutex<[BuildStep]>([])
        let progress: @Sendable (BuildStep) async throws -> Void = { step in steps.withLock { $0.append(step) } }
        let tree = try await cache.tree(release, target, progress: progress)
        #expect(tree.home == folder.file("ib/\(hash)"))
        #expect(tree.format == .opkg)
        #expect(tree.repositories == "src imagebuilder file:packages\n")
        #expect(tree.info.profiles.keys.sorted() == ["board-a"])
        #expect(TemporaryDirectory.exists(tree.home + "/tree/Makefile"))
        #expect(!TemporaryDirectory.exists(tree.home + "/logs"))
        #expect(steps.withLock { $0 } == [.downloadImageBuilder, .unpackImageBuilder])
        _ = try await cache.tree(release, target, progress: progress)
        #expect(steps.withLock { $0 }.count == 2)
        #expect(try contents() == [hash])
        #expect(try upstream.count(".tar.xz") == 1)
    }

    @Test func tree_withRepositories_isApks() async throws {
        let upstream = try await SignedUpstream.start()
        try await upstream.publish(files: ["repositories": "https://a/packages.adb\n", "repositories.conf": "x\n"])
        let tree = try await cache(upstream).tree(release, target) { _ in }
        #expect(tree.format == .apk)
        #expect(tree.repositories == "https://a/packages.adb\n")
    }

    @Test func tree_twoWorkersAtOnce_isSetUpOnce() async throws {
        let upstream = try await SignedUpstream.start()
        try await upstream.publish()
        let prepared = Mutex(0)
        let sandbox = StubSandbox(prepare: { _ in
            prepared.withLock { $0 += 1 }
            try await Task.sleep(for: .milliseconds(300))
            return .init(stdout: StubSandbox.info)
        })
        let homes = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<6 {
                let cache = cache(upstream, sandbox)
                group.addTask { try await cache.tree(release, target) { _ in }.home }
            }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(homes.count == 1)
        #expect(prepared.withLock { $0 } == 1)
        #expect(try upstream.count(".tar.xz") == 1)
    }

    @Test func tree_inUse_survivesTheBudget() async throws {
        let upstream = try await SignedUpstream.start()
        let hash = try await upstream.publish()
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        let tight = DiskBudget(
            imageBuilders: folder.file("ib"),
            packages: folder.file("packages"),
            maxBytes: 0,
            logger: logger
        )
        do {
            let tree = try await cache(upstream).tree(release, target) { _ in }
            try tight.makeRoom()
            #expect(try contents() == [hash])
            withExtendedLifetime(tree) {}
        }
        // A child that another test starts just now may have the lock's descriptor until it runs its program.
        for _ in 0..<100 where try !contents().isEmpty {
            try await Task.sleep(for: .milliseconds(20))
            try tight.makeRoom()
        }
        #expect(try contents().isEmpty)
    }

    @Test func tree_wrongHash_isUntrustedAndLeavesNothing() async throws {
        let upstream = try await SignedUpstream.start()
        try await upstream.publish(digest: String(repeating: "0", count: 64))
        let cache = cache(upstream)
        let error = try await failure { try await cache.tree(release, target) { _ in } }
        #expect(error.code == .untrusted)
        #expect(try contents().isEmpty)
        // What the list says is asked for again.
        try await upstream.publish()
        _ = try await cache.tree(release, target) { _ in }
    }

    @Test func tree_archiveGone_isUpstreamsAndAskedForAgain() async throws {
        let upstream = try await SignedUpstream.start()
        try await upstream.publish()
        let cache = cache(upstream)
        let at = "up/" + SignedUpstream.path("23.05.5", "ath79/generic")
        unlink(upstream.folder.file("\(at)/openwrt-imagebuilder-23.05.5-ath79-generic.Linux-x86_64.tar.xz"))
        let error = try await failure { try await cache.tree(release, target) { _ in } }
        #expect(error.code == .upstream)
        try await upstream.publish(name: "openwrt-imagebuilder-23.05.5-new-ath79-generic.Linux-x86_64.tar.xz")
        _ = try await cache.tree(release, target) { _ in }
    }

    @Test func tree_damagedArchive_leavesNothingAndNamesNoFolder() async throws {
        let upstream = try await SignedUpstream.start()
        let at = "up/" + SignedUpstream.path("23.05.5", "ath79/generic")
        let name = "openwrt-imagebuilder-23.05.5-ath79-generic.Linux-x86_64.tar.xz"
        try upstream.folder.write("no archive", to: "\(at)/\(name)")
        let digest = SHA256Digest(hashing: Array("no archive".utf8)).hex
        try await upstream.sign("23.05.5", "ath79/generic", "\(digest) *\(name)\n")
        let error = try await failure { try await cache(upstream).tree(release, target) { _ in } }
        #expect(error.code == .malformed)
        #expect(error.description.contains(name))
        #expect(!error.description.contains(folder.path), "\(error)")
        #expect(try contents().isEmpty)
    }

    @Test(arguments: [
        (StubSandbox.Answer(exitCode: 72, stderr: "make info lists no profiles\n"), "make info lists no profiles"),
        (StubSandbox.Answer(stdout: "Available Profiles:\n"), "expected Current Target"),
        (StubSandbox.Answer(ending: .timedOut), "took longer than 1m"),
    ])
    func tree_failedPreparation_leavesNothingAndSaysWhy(answer: StubSandbox.Answer, reason: String) async throws {
        let upstream = try await SignedUpstream.start()
        try await upstream.publish()
        let cache = cache(upstream, StubSandbox(prepare: { _ in answer }))
        let error = try await failure { try await cache.tree(release, target) { _ in } }
        #expect(error.code == .malformed)
        #expect(error.description.contains(reason), "\(error)")
        #expect(try contents().isEmpty)
    }

    @Test func tree_pathsInAFailedPreparation_areNotTold() async throws {
        let upstream = try await SignedUpstream.start()
        try await upstream.publish()
        let sandbox = StubSandbox(prepare: { command in
            guard case .folder(let mount) = command.workspace else { throw TestSupportError("no folder") }
            return .init(exitCode: 2, stderr: "make: \(mount.source)/tree/x: Error 1\n")
        })
        let error = try await failure { try await cache(upstream, sandbox).tree(release, target) { _ in } }
        #expect(error.description.hasSuffix("make: /build/tree/x: Error 1"), "\(error)")
    }

    @Test func tree_cancelledInMidSetUp_leavesNothingAndFreesTheLock() async throws {
        let upstream = try await SignedUpstream.start()
        try await upstream.publish()
        let (started, begin) = AsyncStream<Void>.makeStream()
        let sandbox = StubSandbox(prepare: { _ in
            begin.yield()
            try await Task.sleep(for: .seconds(60))
            return .init()
        })
        let slow = cache(upstream, sandbox)
        let task = Task { [release, target] in try await slow.tree(release, target) { _ in }.home }
        for await _ in started { break }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try contents().isEmpty)
        _ = try await cache(upstream).tree(release, target) { _ in }
    }

    @Test func tree_remainsOfAKilledSetUp_areNoObstacle() async throws {
        let upstream = try await SignedUpstream.start()
        let hash = try await upstream.publish()
        try folder.write("half", to: "ib/\(hash).partial/tree/Makefile")
        try folder.write("half", to: "ib/\(hash).partial/tree/stray")
        let tree = try await cache(upstream).tree(release, target) { _ in }
        #expect(!TemporaryDirectory.exists(tree.home + "/tree/stray"))
        #expect(try contents() == [hash])
    }
}
