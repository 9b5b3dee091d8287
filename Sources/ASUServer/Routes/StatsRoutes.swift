import ASUCore
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// `/api/v1/stats` and the statistics that the overview and statistics pages read.
struct StatsRoutes: Sendable {
    let queue: JobQueue
    let statistics: StatisticsReader
    let branches: [String]

    /// `GET /api/v1/stats`: how long the queue is.
    @Sendable
    func get(_ request: Request, _ context: some RequestContext) async throws -> Response {
        try Answer(.ok, json: ["queue_length": .integer(try await queueLength())])
            .response(from: request, context: context)
    }

    /// `GET /api/v1/stats/summary`: the queue, and the builds of the last 24 hours.
    @Sendable
    func summary(_ request: Request, _ context: some RequestContext) async throws -> Response {
        let builds = try await statistics.buildsOfADay(before: Date())
        return try Answer(
            .ok,
            json: ["queue_length": .integer(try await queueLength()), "builds_24h": .integer(Int64(builds))]
        ).response(from: request, context: context)
    }

    /// `GET /api/v1/builds-per-day`: 30 days, in the form that the page's chart takes.
    @Sendable
    func buildsPerDay(_ request: Request, _ context: some RequestContext) async throws -> Response {
        let days = try await statistics.counts(days: 30, upTo: Day(Date()))
        let lines: [(label: String, kind: StatisticsKeys.Count, color: String)] = [
            ("Requests", .requests, "green"), ("Cache-Hits", .cacheHits, "orange"), ("Failures", .failures, "red"),
        ]
        let datasets = lines.map { line -> JSONValue in
            let data = days.map { JSONValue.integer(Int64($0.counts[line.kind] ?? 0)) }
            return ["label": .string(line.label), "data": .array(data), "color": .string(line.color)]
        }
        return try Answer(
            .ok,
            json: ["labels": .array(days.map { .string("\($0.day)Z") }), "datasets": .array(datasets)]
        ).response(from: request, context: context)
    }

    /// `GET /api/v1/builds-by-version?branch=`: 26 weeks, by branch, or by version of one branch.
    @Sendable
    func buildsByVersion(_ request: Request, _ context: some RequestContext) async throws -> Response {
        let branch = try Self.branch(request, of: branches)
        let weeks = try await statistics.versions(weeks: 26, upTo: Day(Date()))
        var series: [String: [Int]] = [:]
        for (index, week) in weeks.enumerated() {
            for (name, builds) in week.builds {
                guard let version = Version(name), branch == nil || version.branchName == branch else { continue }
                let label = branch == nil ? version.branchName : name
                series[label, default: Array(repeating: 0, count: weeks.count)][index] += builds
            }
        }
        let datasets = series.sorted { $0.key < $1.key }.map { label, data -> JSONValue in
            ["label": .string(label), "data": .array(data.map { .integer(Int64($0)) })]
        }
        return try Answer(
            .ok,
            json: ["labels": .array(weeks.map { .string("\($0.monday)Z") }), "datasets": .array(datasets)]
        ).response(from: request, context: context)
    }

    /// `GET /api/v1/top-packages?branch=&n=30`: the packages asked for most in 30 days.
    @Sendable
    func topPackages(_ request: Request, _ context: some RequestContext) async throws -> Response {
        let branch = try Self.branch(request, of: branches)
        let count = try number(request, default: 30, in: 1...100)
        let packages = try await statistics.topPackages(branch: branch, count: count, upTo: Day(Date()))
        let list = packages.map { ["name": .string($0.name), "count": .integer(Int64($0.count))] as JSONValue }
        return try Answer(
            .ok,
            json: ["packages": .array(list), "branch": branch.map(JSONValue.string) ?? .null, "days": 30]
        ).response(from: request, context: context)
    }

    /// `GET /api/v1/build-errors?n=100`: plain text for people.
    @Sendable
    func buildErrors(_ request: Request, _ context: some RequestContext) async throws -> Response {
        let errors = try await statistics.errors(number(request, default: 100, in: 1...StatisticsKeys.maxErrors))
        var text = "No build errors recorded.\n"
        if let newest = errors.first, let oldest = errors.last {
            let range = "\(oldest.prefix { $0 != " " }) to \(newest.prefix { $0 != " " })"
            text = "\(errors.count) build errors, \(range)\n\n" + errors.joined(separator: "\n") + "\n"
        }
        return Response(
            status: .ok,
            headers: [.contentType: "text/plain; charset=utf-8", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text))
        )
    }

    private func queueLength() async throws -> Int64 {
        let counts = try await queue.counts()
        return Int64(counts.waiting + counts.delayed)
    }

    /// The branch that the query names; only those that are served have statistics.
    static func branch(_ request: Request, of branches: [String]) throws -> String? {
        guard let name = request.uri.queryParameters["branch"].map(String.init), !name.isEmpty else { return nil }
        guard branches.contains(name) else {
            let problem = ValidationError.Problem(
                ["branch"],
                type: "value_error",
                "This branch isn't served here",
                part: "query"
            )
            throw ValidationError([problem])
        }
        return name
    }

    private func number(_ request: Request, default defaultValue: Int, in range: ClosedRange<Int>) throws -> Int {
        guard let text = request.uri.queryParameters["n"] else { return defaultValue }
        guard let number = Int(text), range.contains(number) else {
            let expected = "Input should be a whole number from \(range.lowerBound) to \(range.upperBound)"
            throw ValidationError([.init(["n"], type: "int_parsing", expected, part: "query")])
        }
        return number
    }
}
