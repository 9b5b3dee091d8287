import ASUCore
import Foundation

/// The fields of the template `overview`: what this server is, has, and allows.
struct OverviewPage: Sendable {
    struct Heading: Sendable {
        let branch: String
        let rows: Int
    }

    struct VersionRow: Sendable {
        /// At the first row of a branch.
        let heading: Heading?
        let name: String
        /// Of a snapshot: the newest of its targets'.
        let revision: String?
        let targets: Int
        let changed: PageTime
    }

    struct BranchRows: Sendable {
        let versions: [VersionRow]
    }

    struct Limit: Sendable {
        let label: String
        let values: [String]
    }

    /// What Redis knows beside the catalog.
    struct State: Sendable {
        let counts: QueueCounts
        /// Builds of the last 24 hours.
        let builds: Int
        /// When upstream was last asked for what it has, in Unix seconds; `nil` if never.
        let lastCheck: Int?
    }

    let title = "OpenWrt sysupgrade server"
    let isOverview = true
    let hasStatistics: Bool
    let style: String
    let now: PageTime
    let state: String
    let stateText: String
    let figures: [PageFigure]
    let hasFigures: Bool
    let branches: [BranchRows]
    let hasBranches: Bool
    let checked: PageTime?
    let address: String
    let limits: [Limit]
    let upstream: String

    /// - Parameters:
    ///   - settings: Limits and branches.
    ///   - snapshot: The catalog.
    ///   - state: `nil` if Redis can't be reached.
    ///   - address: Where this server is, as the one who asks wrote it.
    ///   - style: Names the style sheet's content.
    ///   - date: Now.
    init(
        settings: Settings,
        snapshot: Catalog.Snapshot,
        state: State?,
        address: String,
        style: String,
        date: Date
    ) {
        hasStatistics = settings.serverStats
        self.style = style
        self.address = address
        now = PageTime(date)
        (self.state, stateText) = Self.judge(snapshot, state?.counts)
        figures =
            state.map { state in
                [
                    PageFigure("Waiting", state.counts.waiting + state.counts.delayed),
                    PageFigure("Being built", state.counts.running),
                    PageFigure("Built in 24 hours", state.builds), PageFigure("Workers", state.counts.workers),
                ]
            } ?? []
        hasFigures = !figures.isEmpty
        branches = settings.branches.compactMap { Self.rows($0, snapshot) }
        hasBranches = !branches.isEmpty
        checked = state?.lastCheck.map { PageTime(Date(timeIntervalSince1970: Double($0))) }
        limits = Self.limits(settings)
        upstream = settings.upstreamURL
    }

    /// As `/readyz` has it, and with a word on workers, without which nothing is built.
    private static func judge(_ snapshot: Catalog.Snapshot, _ counts: QueueCounts?) -> (String, String) {
        guard let counts else { return ("bad", "Not ready: Redis can't be reached") }
        guard !snapshot.manifests.isEmpty else { return ("bad", "Not ready: no catalog is loaded") }
        guard counts.workers > 0 else { return ("fair", "Takes requests, but no worker is there to build them") }
        return ("good", "Ready")
    }

    private static func rows(_ branch: String, _ snapshot: Catalog.Snapshot) -> BranchRows? {
        let manifests = snapshot.manifests.filter { $0.key.branchName == branch }.sorted { $0.key > $1.key }
        guard !manifests.isEmpty else { return nil }
        let rows = manifests.enumerated().map { index, entry in
            let revisions = entry.value.targets.values.map(\.revision)
            return VersionRow(
                heading: index == 0 ? Heading(branch: branch, rows: manifests.count) : nil,
                name: entry.key.text,
                revision: entry.key.isSnapshot ? revisions.max { number($0) < number($1) } : nil,
                targets: entry.value.targets.count,
                changed: PageTime(Date(timeIntervalSince1970: Double(entry.value.updatedAt)))
            )
        }
        return BranchRows(versions: rows)
    }

    /// The commits before a revision: 28427 of `r28427-6df0e3d02a`.
    private static func number(_ revision: String) -> Int {
        Int(revision.dropFirst().prefix { $0.isNumber }) ?? 0
    }

    private static func limits(_ settings: Settings) -> [Limit] {
        let defaults =
            settings.allowDefaults ? "up to \(settings.maxDefaultsLength.grouped) bytes" : "not accepted by this server"
        let repositories = settings.repositoryAllowList.map(\.description)
        return [
            Limit(label: "First-boot script", values: [defaults]),
            Limit(label: "Root file system", values: ["up to \(settings.maxCustomRootfsSizeMB.grouped) MB"]),
            Limit(label: "Extra repositories", values: repositories.isEmpty ? ["none"] : repositories),
            Limit(label: "Time for a build", values: [settings.jobTimeout.words]),
            Limit(label: "Builds that may wait", values: [settings.maxPendingJobs.grouped]),
            Limit(
                label: "Images are kept",
                values: [
                    "\(settings.buildTTL.words) if the request names versions of packages",
                    "\(settings.buildTTLUnversioned.words) without",
                ] + (settings.allowDefaults ? ["\(settings.buildDefaultsTTL.words) with a first-boot script"] : [])
            ),
        ]
    }
}
