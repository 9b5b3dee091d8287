import ASUCore
import ASUTestSupport
import HTTPTypes
import Testing

@testable import ASUServer

/// The routes and the OpenAPI document, held against each other in both directions.
@Suite struct RouteDescriptionTests {
    private static let advice = "see openapi.json in Sources/ASUServer/OpenAPI: copy an entry like /healthz under paths"
    private static let documented = ["get", "head", "post", "put", "patch", "delete", "options", "trace"]

    private func withRoutes(_ body: ([Route], [String: Set<String>]) throws -> Void) async throws {
        let description = try SampleDescription.load()
        var paths: [String: Set<String>] = [:]
        for (path, item) in description.root["paths"]?.object ?? [:] {
            paths[path] = Set((item.object ?? [:]).keys.filter(Self.documented.contains))
        }
        try await withRedis { _, redis in try await body(SampleDescription.routes(redis).routes, paths) }
    }

    /// Whether a documented path is one that a route answers.
    private func covers(_ route: Route, _ path: String) -> Bool {
        let pattern = route.path.split(separator: "/")
        let parts = path.split(separator: "/")
        guard pattern.last == "**" ? parts.count >= pattern.count : parts.count == pattern.count else { return false }
        return zip(pattern, parts).allSatisfy { expected, part in
            expected == "**" || (expected.hasPrefix(":") ? part.hasPrefix("{") : expected == part)
        }
    }

    private func methods(_ route: Route) -> Set<String> { Set(route.handlers.keys.map { $0.rawValue.lowercased() }) }

    @Test func everyRoute_standsInTheDocument() async throws {
        try await withRoutes { routes, paths in
            #expect(routes.count > 20)
            for route in routes {
                let own = paths.filter { covers(route, $0.key) }
                #expect(!own.isEmpty, "\(route.path) isn't documented; \(Self.advice)")
                for (path, documented) in own {
                    let lacking = methods(route).subtracting(documented)
                    #expect(lacking.isEmpty, "\(path) is documented without \(lacking.sorted()); \(Self.advice)")
                }
            }
        }
    }

    @Test func everyDocumentedOperation_isRouted() async throws {
        try await withRoutes { routes, paths in
            #expect(paths.count > 20)
            for (path, documented) in paths {
                let own = routes.filter { covers($0, path) }
                #expect(!own.isEmpty, "no route answers \(path), which openapi.json documents; see RouteTable.swift")
                let routed = own.reduce(into: Set<String>()) { $0.formUnion(methods($1)) }
                let extra = documented.subtracting(routed)
                #expect(extra.isEmpty, "no route answers \(extra.sorted()) of \(path), which openapi.json documents")
            }
        }
    }

    /// A parameter that the path doesn't have, or that isn't described.
    @Test func pathParameters_areDescribed() throws {
        let description = try SampleDescription.load()
        for (path, item) in description.root["paths"]?.object ?? [:] {
            let used = Set(path.split(separator: "{").dropFirst().compactMap { $0.split(separator: "}").first })
            let described = (item["parameters"]?.array ?? []).map(description.resolved)
                .filter { $0["in"] == "path" }.compactMap { $0["name"]?.string }
            #expect(Set(described) == Set(used.map(String.init)), "\(path)")
        }
    }
}
