import HTTPTypes
import Hummingbird

/// All routes at a glance: what is served, and where it is handled.
struct RouteTable {
    typealias Context = BasicRequestContext

    let builds: BuildRoutes
    let documents: DocumentRoutes
    let legacy: LegacyRoutes
    let revision: RevisionRoutes
    let store: StoreRoutes
    let stats: StatsRoutes
    let health: HealthRoutes

    func router() -> Router<Context> {
        let router = Router(context: Context.self)
        router.add(middleware: ErrorAnswers())
        // method   path                              handler
        add(router, "/api/v1/build", [.post: builds.post])
        add(router, "/api/v1/build/:hash", [.get: builds.get])
        add(router, "/api/v1/revision/:version/:target/:subtarget", [.get: revision.get])
        add(router, "/api/versions", [.get: legacy.versions])
        add(router, "/api/build", [.post: legacy.post])
        add(router, "/api/build/:hash", [.get: legacy.get])
        add(router, "/api/v1/stats", [.get: stats.get])
        add(router, "/api/v1/stats/summary", [.get: stats.summary])
        add(router, "/api/v1/builds-per-day", [.get: stats.buildsPerDay])
        add(router, "/api/v1/builds-by-version", [.get: stats.buildsByVersion])
        add(router, "/api/v1/top-packages", [.get: stats.topPackages])
        add(router, "/api/v1/build-errors", [.get: stats.buildErrors])
        add(router, "/json/**", [.get: documents.get])
        // What older clients ask for; the first two are still asked for by devices in the field.
        add(router, "/api/overview", [.get: documents.overview])
        add(router, "/overview", [.get: documents.overview])
        add(router, "/api/v1/overview", [.get: documents.overview])
        add(router, "/api/latest", [.get: documents.latest])
        add(router, "/api/v1/latest", [.get: documents.latest])
        add(router, "/api/branches", [.get: documents.branches])
        add(router, "/store/**", [.get: store.get])
        // LuCI of 2020 asks for a build's log so.
        add(router, "/:version/:target/:subtarget/:profile/:hash/:publication/buildlog.txt", [.get: store.log])
        add(router, "/healthz", [.get: health.healthz])
        add(router, "/readyz", [.get: health.readyz])
        return router
    }

    typealias Handler = @Sendable (Request, Context) async throws -> Response

    /// Adds a path with its handlers; HEAD is answered wherever GET is, any other method with 405.
    private func add(_ router: Router<Context>, _ path: RouterPath, _ handlers: [HTTPRequest.Method: Handler]) {
        var handlers = handlers
        // The body that this makes is dropped on the way out.
        if handlers[.head] == nil { handlers[.head] = handlers[.get] }
        let allowed = (handlers.keys + [.options]).map(\.rawValue).sorted().joined(separator: ", ")
        for method in [.get, .head, .post, .put, .patch, .delete] as [HTTPRequest.Method] {
            let refuse: Handler = { request, context in
                try Answer(.methodNotAllowed, headers: [.allow: allowed], detail: "Method Not Allowed")
                    .response(from: request, context: context)
            }
            router.on(path, method: method, use: handlers[method] ?? refuse)
        }
    }
}
