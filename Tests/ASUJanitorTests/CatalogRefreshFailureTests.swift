import ASUCore
import ASUTestSupport
import Testing

@testable import ASUJanitor

@Suite(.timeLimit(.minutes(1)), .enabled(if: NginxServer.isAvailable)) struct CatalogRefreshFailureTests {
    private static let base = "releases/24.10.4"
    private static let snapshot = "releases/24.10-SNAPSHOT"

    /// Every file that a refresh needs to be what its name says.
    @Test(arguments: [
        ".versions.json", "\(base)/.targets.json", "\(base)/packages/x86_64/feeds.conf",
        "\(base)/packages/x86_64/luci/Packages", "\(snapshot)/.targets.json",
        "\(snapshot)/targets/x86/64/profiles.json", "\(snapshot)/targets/x86/64/packages/Packages",
        "\(snapshot)/targets/x86/64/kmods/6.6.1-1-abc/Packages",
    ])
    func run_htmlInPlaceOfAFile_namesItAndKeepsTheOldCatalog(path: String) async throws {
        let tree = try UpstreamTree()
        try tree.list(["24.10.4"])
        for version in ["24.10.4", "24.10-SNAPSHOT"] { try tree.addRelease(version) }
        try await withJanitor(tree) { fixture in
            _ = try await fixture.run()
            let before = try await fixture.store.load()
            try tree.write("<!DOCTYPE html>\n<html><body>Welcome to the proxy</body></html>\n", to: path)
            let error = try await fixture.failure()
            #expect(error?.code == .malformed)
            #expect(error?.url == "\(fixture.server.url)/\(path)")
            let after = try await fixture.store.load()
            #expect(after.generation == before.generation)
            #expect(after.manifests == before.manifests)
        }
    }

    @Test(arguments: [
        ".versions.json", "\(base)/.targets.json", "\(base)/targets/x86/64/profiles.json",
        "\(base)/packages/x86_64/feeds.conf", "\(base)/packages/x86_64/luci/Packages",
    ])
    func run_serverError_namesTheFileAfterSeveralAttempts(path: String) async throws {
        let tree = try UpstreamTree()
        try tree.list(["24.10.4"])
        try tree.addRelease("24.10.4")
        try await withJanitor(tree, extra: "location = /\(path) { return 503; }") { fixture in
            let error = try await fixture.failure()
            #expect(error?.code == .unreachable)
            #expect(error?.description == "\(fixture.server.url)/\(path): the server answered 503 (3 attempts)")
            // Without the list there is nothing; else the rest is loaded.
            let isList = path == ".versions.json" || path.hasSuffix(".targets.json")
            #expect(try await (fixture.store.generation() == 0) == isList)
            let attempts = try await fixture.server.requests(atLeast: 3).filter { $0.hasPrefix("GET /\(path) ") }
            #expect(attempts.count == 3)
            // The progress line is ended before the error is shown.
            let last = fixture.output.texts.last
            #expect(path == ".versions.json" ? last == nil : last?.hasSuffix("files read\n") == true)
        }
    }

    @Test func run_forbidden_isNotTriedAgain() async throws {
        let tree = try UpstreamTree()
        try await withJanitor(tree, extra: "location / { return 403; }") { fixture in
            let error = try await fixture.failure()
            #expect(error?.description == "\(fixture.server.url)/.versions.json: expected 200, got 403")
            #expect(try await fixture.server.requests(atLeast: 1).count == 1)
        }
    }

    @Test func run_serverGone_isUnreachable() async throws {
        let tree = try UpstreamTree()
        try await withJanitor(tree) { fixture in
            try await fixture.server.stop()
            let error = try await fixture.failure()
            #expect(error?.code == .unreachable)
            #expect(error?.url == "\(fixture.server.url)/.versions.json")
        }
    }

    @Test func run_noDownloadServer_saysSo() async throws {
        let tree = try UpstreamTree()
        try await withJanitor(tree) { fixture in
            #expect(
                try await fixture.failure()?.description
                    == "\(fixture.server.url)/.versions.json: there is no such file; "
                    + "is upstream_url the root of a download server?"
            )
            try tree.list(["19.07.10"])
            let error = try await fixture.failure(["24.10", "SNAPSHOT"])
            #expect(error?.code == .missing)
            #expect(error?.reason == "has no version of the enabled branches (24.10, SNAPSHOT)")
        }
    }

    @Test func run_lockTakenOver_changesNothing() async throws {
        let tree = try UpstreamTree()
        try tree.list(["24.10.4"])
        try tree.addRelease("24.10.4")
        try await withJanitor(tree) { fixture in
            _ = try await fixture.redis.send(RedisCommand("SET", CatalogKeys().lock, "another"))
            await #expect {
                try await fixture.refresh(["24.10"]).run(lock: "mine")
            } throws: {
                ($0 as? CatalogError)?.code == .lockLost
            }
            #expect(try await fixture.store.generation() == 0)
            // What was put for it goes by itself.
            let keys = try await fixture.redis.send(RedisCommand("KEYS", CatalogKeys().blobPrefix + "*")).elements ?? []
            #expect(keys.count > 5)
            for key in keys.compactMap(\.text) {
                #expect(try await fixture.redis.send(RedisCommand("TTL", key)).int ?? -2 > 0)
            }
        }
    }
}
