import ASUCore
import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// `GET /`, `/stats` and `/static/...`: what people see.
struct PageRoutes: Sendable {
    /// How many packages and failures the page shows.
    private static let (maxPackages, maxFailures) = (30, 20)

    private let settings: Settings
    private let catalog: Catalog
    private let queue: JobQueue
    private let statistics: StatisticsReader
    private let templates: PageTemplates
    private let files: StaticFiles
    /// By the server's address as asked for, which strangers choose: hence few.
    private let overviews = TimedCache<Document>(lifetime: .seconds(1), maxEntries: 16)
    private let statisticsPages = TimedCache<Document>(lifetime: .seconds(5), maxEntries: 32)

    /// - Throws: If a page that is built into the program is malformed.
    init(settings: Settings, catalog: Catalog, queue: JobQueue, statistics: StatisticsReader) throws {
        self.settings = settings
        self.catalog = catalog
        self.queue = queue
        self.statistics = statistics
        templates = try PageTemplates()
        files = try StaticFiles()
    }

    @Sendable
    func overview(_ request: Request, _ context: some RequestContext) async throws -> Response {
        let address = Self.address(request)
        let logger = context.logger
        return try await overviews.value(address) {
            let now = Date()
            var state: OverviewPage.State?
            do {
                state = OverviewPage.State(
                    counts: try await queue.counts(),
                    builds: try await statistics.buildsOfADay(before: now),
                    lastCheck: try await catalog.lastCheck()
                )
            } catch {
                // The page says so itself.
                logger.warning("the overview lacks what is in Redis", metadata: ["error": "\(error)"])
            }
            let page = OverviewPage(
                settings: settings,
                snapshot: catalog.current,
                state: state,
                address: address,
                style: files.style,
                date: now
            )
            return try templates.page("overview", page)
        }.response(to: request)
    }

    @Sendable
    func statistics(_ request: Request, _ context: some RequestContext) async throws -> Response {
        guard settings.serverStats else { throw HTTPError(.notFound) }
        let branch = try StatsRoutes.branch(request, of: settings.branches)
        do {
            return try await statisticsPage(branch).response(to: request)
        } catch let error as RedisError {
            context.logger.error("the statistics can't be read", metadata: ["error": "\(error)"])
            let page = try templates.page("unavailable", UnavailablePage(style: files.style, date: Date()))
            var headers = page.headers
            headers[.cacheControl] = "no-store"
            headers[.retryAfter] = "5"
            var answer = Answer(.serviceUnavailable, headers: headers, body: page.body, compressed: page.compressed)
            answer.contentType = page.contentType
            return try answer.response(from: request, context: context)
        }
    }

    private func statisticsPage(_ branch: String?) async throws -> Document {
        try await statisticsPages.value(branch ?? "") {
            let now = Date()
            let today = Day(now)
            let data = StatisticsPage.Data(
                days: try await statistics.counts(days: 30, upTo: today),
                weeks: try await statistics.versions(weeks: 26, upTo: today),
                packages: try await statistics.topPackages(branch: branch, count: Self.maxPackages, upTo: today),
                failures: try await statistics.errors(Self.maxFailures)
            )
            let page = StatisticsPage(
                data,
                branch: branch,
                branches: settings.branches,
                style: files.style,
                date: now
            )
            return try templates.page("statistics", page)
        }
    }

    @Sendable
    func file(_ request: Request, _ context: some RequestContext) async throws -> Response {
        guard let file = context.parameters.get("file").flatMap({ files.files[$0] }) else { throw HTTPError(.notFound) }
        return file.response(to: request)
    }

    /// Where the browser found this server; the scheme is known from a proxy before it, if that tells.
    private static func address(_ request: Request) -> String {
        let host = request.head.authority ?? ""
        let isPlain = host.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: ":"),
                UInt8(ascii: "["), UInt8(ascii: "]"):
                true
            default: false
            }
        }
        guard isPlain, (1...255).contains(host.utf8.count) else { return "https://sysupgrade.example" }
        let isSecure = HTTPField.Name("X-Forwarded-Proto").flatMap { request.headers[$0] } == "https"
        return (isSecure ? "https://" : "http://") + host
    }
}
