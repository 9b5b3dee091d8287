import ASUCore
import Foundation

/// The fields of the template `statistics`.
struct StatisticsPage: Sendable {
    /// What the page is made of, read from Redis.
    struct Data: Sendable {
        var days: [(day: Day, counts: StatisticsReader.Counts)] = []
        var weeks: [(monday: Day, builds: [String: Int])] = []
        var packages: [(name: String, count: Int)] = []
        var failures: [String] = []
    }

    struct Filter: Sendable {
        let label: String
        let address: String
        let isCurrent: Bool
    }

    struct PackageRow: Sendable {
        let name: String
        let count: String
        /// In percent of the first.
        let share: String
    }

    struct Failure: Sendable {
        let failed: PageTime
        let place: String
        let message: String

        /// - Parameter line: `time version:target:profile message`.
        init(_ line: String) {
            let parts = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
            failed = PageTime(machine: parts[0])
            place = parts.count > 1 ? parts[1].replacing(":", with: " ") : ""
            message = parts.count > 2 ? parts[2] : ""
        }
    }

    let title: String
    let isOverview = false
    let hasStatistics = true
    let style: String
    let now: PageTime
    let figures: [PageFigure]
    let days: Chart
    let filters: [Filter]
    let seriesName: String
    let weeks: Chart
    let packages: [PackageRow]
    let hasPackages: Bool
    let failures: [Failure]
    let hasFailures: Bool

    /// - Parameters:
    ///   - data: What was counted.
    ///   - branch: The one that builds and packages are shown of; `nil` for all.
    ///   - branches: Those that are served.
    ///   - style: Names the style sheet's content.
    ///   - date: Now.
    init(_ data: Data, branch: String?, branches: [String], style: String, date: Date) {
        title = "Statistics" + (branch.map { " of \($0)" } ?? "") + ", OpenWrt sysupgrade server"
        self.style = style
        now = PageTime(date)
        figures = Self.figures(data.days)
        days = Self.days(data.days)
        filters =
            [Filter(label: "All", address: "/stats", isCurrent: branch == nil)]
            + branches.map { Filter(label: $0, address: "/stats?branch=\($0)", isCurrent: $0 == branch) }
        seriesName = branch.map { "version of \($0)" } ?? "branch"
        weeks = Self.weeks(data.weeks, branch: branch)
        let most = max(data.packages.first?.count ?? 0, 1)
        packages = data.packages.map { name, count in
            let share = (Double(count) / Double(most) * 1000).rounded() / 10
            return PackageRow(name: name, count: count.grouped, share: "\(share)")
        }
        hasPackages = !packages.isEmpty
        failures = data.failures.map { Failure($0) }
        hasFailures = !failures.isEmpty
    }

    private static func figures(_ days: [(day: Day, counts: StatisticsReader.Counts)]) -> [PageFigure] {
        func sum(_ kind: StatisticsKeys.Count) -> Int { days.reduce(0) { $0 + bounded($1.counts[kind] ?? 0) } }
        let built = sum(.successes) + sum(.failures)
        return [
            PageFigure("Requests", sum(.requests)), PageFigure("Builds", built),
            PageFigure("Answered from the cache", sum(.cacheHits), of: sum(.requests)),
            PageFigure("Builds that failed", sum(.failures), of: built),
        ]
    }

    /// Colours are those of the JSON form in their order: what was there already, what was built, what failed.
    private static func days(_ days: [(day: Day, counts: StatisticsReader.Counts)]) -> Chart {
        let kinds: [(String, StatisticsKeys.Count, String)] = [
            ("From the cache", .cacheHits, "c0"), ("Built", .successes, "c1"), ("Failed", .failures, "c2"),
        ]
        return Chart(
            id: "days",
            title: "Requests answered from the cache, builds and failures by day",
            unit: "Day",
            labels: days.map(\.day.description),
            series: kinds.map { label, kind, color in
                .init(label: label, data: days.map { bounded($0.counts[kind] ?? 0) }, color: color)
            }
        )
    }

    /// One colour each for the seven with most builds, one for all others.
    private static func weeks(_ weeks: [(monday: Day, builds: [String: Int])], branch: String?) -> Chart {
        var series: [Version: [Int]] = [:]
        for (index, week) in weeks.enumerated() {
            for (name, builds) in week.builds {
                guard let version = Version(name), branch == nil || version.branchName == branch,
                    let label = branch == nil ? Version(version.branchName) : version
                else { continue }
                series[label, default: Array(repeating: 0, count: weeks.count)][index] += bounded(builds)
            }
        }
        let bySize = series.sorted { ($1.value.reduce(0, +), $1.key) < ($0.value.reduce(0, +), $0.key) }
        var shown = bySize.prefix(7).sorted { $0.key > $1.key }.enumerated().map { index, entry in
            Chart.Series(label: entry.key.text, data: entry.value, color: "c\(index)")
        }
        let rest = bySize.dropFirst(7).map(\.value)
        if !rest.isEmpty {
            let sums = weeks.indices.map { week in rest.reduce(0) { $0 + $1[week] } }
            shown.append(Chart.Series(label: "others", data: sums, color: "c7"))
        }
        return Chart(
            id: "weeks",
            title: "Builds by \(branch == nil ? "branch" : "version") and week",
            unit: "Week from",
            labels: weeks.map(\.monday.description),
            series: shown
        )
    }

    /// Sums of these don't overflow, whatever is in Redis.
    private static func bounded(_ count: Int) -> Int { min(max(count, 0), 1_000_000_000_000) }
}
