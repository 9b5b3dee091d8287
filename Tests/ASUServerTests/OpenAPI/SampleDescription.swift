import ASUCore
import ASUTestSupport
import Logging

@testable import ASUServer

/// The server's routes and their description with default settings, without a Redis behind them.
enum SampleDescription {
    static func load(_ environment: [String: String] = [:]) throws -> APIDescription {
        try APIDescription.load(Settings(file: nil, environment: environment))
    }

    /// The routes of a server that uses `redis`; its catalog is as it was when this is called.
    static func routes(_ redis: RedisClient) async throws -> RouteTable {
        let logger = Logger(label: "tests")
        let catalog = Catalog(store: CatalogStore(redis: redis), logger: logger)
        try await catalog.refresh()
        return try App.routes(
            Settings(file: nil, environment: ["BRANCHES": SampleCatalog.branches]),
            PackageTables.load(),
            redis,
            JobQueue(redis: redis),
            catalog,
            StatisticsRecorder(redis: redis, logger: logger),
            JanitorCalls(wake: JanitorWake(redis: redis), logger: logger)
        )
    }
}

extension JSONValue {
    /// The value under a key of an object, or `nil`.
    subscript(key: String) -> JSONValue? { object?[key] }

    /// Calls `visit` for the value and everything within it, with the way to it.
    func forEachValue(_ place: String = "#", _ visit: (String, JSONValue) -> Void) {
        visit(place, self)
        for (key, value) in object ?? [:] { value.forEachValue("\(place)/\(key)", visit) }
        for (index, value) in (array ?? []).enumerated() { value.forEachValue("\(place)/\(index)", visit) }
    }
}
