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
    let pages: PageRoutes
    let metrics: MetricsRoutes
    let description: DescriptionRoutes

    /// Each of them stands in `OpenAPI/openapi.json` too; a test holds the two against each other.
    var routes: [Route] {
        [
            //    path                                 handlers by method
            Route("/api/v1/build", [.post: builds.post]),
            Route("/api/v1/build/:hash", [.get: builds.get]),
            Route("/api/v1/revision/:version/:target/:subtarget", [.get: revision.get]),
            Route("/api/versions", [.get: legacy.versions]),
            Route("/api/build", [.post: legacy.post]),
            Route("/api/build/:hash", [.get: legacy.get]),
            Route("/api/v1/stats", [.get: stats.get]),
            Route("/api/v1/stats/summary", [.get: stats.summary]),
            Route("/api/v1/builds-per-day", [.get: stats.buildsPerDay]),
            Route("/api/v1/builds-by-version", [.get: stats.buildsByVersion]),
            Route("/api/v1/top-packages", [.get: stats.topPackages]),
            Route("/api/v1/build-errors", [.get: stats.buildErrors]),
            Route("/json/**", [.get: documents.get]),
            // What older clients ask for; the first two are still asked for by devices in the field.
            Route("/api/overview", [.get: documents.overview]),
            Route("/overview", [.get: documents.overview]),
            Route("/api/v1/overview", [.get: documents.overview]),
            Route("/api/latest", [.get: documents.latest]),
            Route("/api/v1/latest", [.get: documents.latest]),
            Route("/api/branches", [.get: documents.branches]),
            Route("/store/**", [.get: store.get]),
            // LuCI of 2020 asks for a build's log so.
            Route("/:version/:target/:subtarget/:profile/:hash/:publication/buildlog.txt", [.get: store.log]),
            Route("/", [.get: pages.overview]),
            Route("/stats", [.get: pages.statistics]),
            Route("/static/:file", [.get: pages.file]),
            Route("/metrics", [.get: metrics.get]),
            Route("/healthz", [.get: health.healthz]),
            Route("/readyz", [.get: health.readyz]),
            Route("/openapi.json", [.get: description.document]),
            Route("/docs", [.get: description.page]),
            Route("/redoc", [.get: description.redirect]),
            Route("/ui", [.get: description.redirect]),
        ]
    }

    func router() -> Router<Context> {
        let router = Router(context: Context.self)
        router.add(middleware: ErrorAnswers())
        for route in routes { route.add(to: router) }
        return router
    }
}
