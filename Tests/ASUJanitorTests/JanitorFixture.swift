import ASUCore
import ASUTestSupport
import Synchronization
import Testing

@testable import ASUJanitor

/// A janitor between a download server and a Redis of its own.
struct JanitorFixture: Sendable {
    static let lock = "token"

    let redis: RedisClient
    let store: CatalogStore
    var upstream: UpstreamReader
    let server: NginxServer
    let output = Output()
    var keys = UsignKeyring([])
    var scope = RefreshScope()

    /// What a progress line wrote.
    final class Output: Sendable {
        private let parts = Mutex<[String]>([])

        var texts: [String] { parts.withLock { $0 } }

        func append(_ text: String) {
            parts.withLock { $0.append(text) }
        }
    }

    func refresh(_ branches: [String]) -> CatalogRefresh {
        let output = output
        return CatalogRefresh(
            upstream: upstream,
            store: store,
            keys: keys,
            branches: branches,
            scope: scope,
            progress: ProgressLine(isTerminal: false) { output.append($0) }
        )
    }

    /// Makes ``lock`` the lock and refreshes.
    func run(_ branches: [String] = ["24.10"]) async throws -> RefreshSummary {
        _ = try await redis.send(RedisCommand("SET", CatalogKeys().lock, Self.lock))
        return try await refresh(branches).run(lock: Self.lock)
    }

    /// The first ``UpstreamError`` that a refresh ends in or reports.
    func failure(_ branches: [String] = ["24.10"]) async throws -> UpstreamError? {
        do {
            return try await run(branches).failures.first
        } catch let error as UpstreamError {
            return error
        }
    }

    /// A version's manifest as a server sees it.
    func manifest(_ version: String) async throws -> VersionManifest? {
        try await store.load().manifests.first { $0.key.text == version }?.value
    }

    /// The versions in the catalog, sorted.
    func versions() async throws -> [String] {
        try await store.load().manifests.keys.sorted().map(\.text)
    }
}

/// Runs `body` with a janitor that reads `tree`; `extra` are lines for nginx's `server` block.
func withJanitor(
    _ tree: UpstreamTree,
    options base: NginxServer.Options = NginxServer.Options(),
    extra: String = "",
    _ body: (JanitorFixture) async throws -> Void
) async throws {
    var options = base
    options.extra += extra
    let server = try await NginxServer.start(root: tree.folder.path, options: options)
    try await withRedis { _, redis in
        var configuration = HTTPClient.Configuration(userAgent: "test")
        configuration.usesEnvironmentProxy = false
        let client = HTTPClient(configuration: configuration)
        defer { client.shutdown() }
        let upstream = UpstreamReader(baseURL: server.url, client: client, retryDelay: .milliseconds(5))
        try await body(
            JanitorFixture(redis: redis, store: CatalogStore(redis: redis), upstream: upstream, server: server)
        )
    }
    try await server.stop()
}
