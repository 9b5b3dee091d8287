import ASUCore

/// What a refresh did, for the person who started it.
struct RefreshSummary: Sendable, CustomStringConvertible {
    /// One version that changed.
    struct Line: Sendable {
        let version: Version
        let targets: Int
        let architectures: Int
        let profiles: Int
        let packages: Int
    }

    /// A target whose revision is another now.
    struct Revision: Sendable, Hashable {
        let version: Version
        let target: Target
        let revision: String
    }

    private(set) var lines: [Line] = []
    /// Branches whose feeds changed.
    var feeds: [String] = []
    /// Versions that were taken out.
    var removed: [Version] = []
    /// Targets of known versions that moved on.
    var revisions: [Revision] = []
    /// Paths that upstream doesn't have.
    var missing: Set<String> = []
    /// Indexes that aren't taken because nobody trusted signed them, sorted by address.
    var unverified: [UpstreamError] = []
    /// What went wrong, sorted by address; the old data was kept.
    var failures: [UpstreamError] = []
    var emptyBranches: [String] = []
    var generation: Int64 = 0
    var duration = Duration.zero
    var isDryRun = false

    /// Whether servers see anything new.
    var hasChanges: Bool { !(lines.isEmpty && feeds.isEmpty && removed.isEmpty) }

    mutating func add(_ version: Version, _ manifest: VersionManifest, feeds: BranchFeeds?) {
        let joined = manifest.feeds.merging(feeds?.architectures ?? [:]) { own, _ in own }
        let architectures = VersionRefresh.architectures(manifest).filter { joined[$0] != nil }
        let own = manifest.targets.values.flatMap { ($0.indexes ?? [:]).values }
        let shared = architectures.flatMap { (joined[$0] ?? [:]).values }
        lines.append(
            Line(
                version: version,
                targets: manifest.targets.count,
                architectures: architectures.count,
                profiles: manifest.targets.values.reduce(0) { $0 + ($1.profileCount ?? 0) },
                packages: (own + shared).reduce(0) { $0 + $1.packages }
            )
        )
    }

    var description: String {
        var text = lines.map {
            "\($0.version): \($0.targets) targets, \($0.profiles) profiles, \($0.packages) packages for "
                + "\($0.architectures) architectures"
        }
        if !feeds.isEmpty { text.append("feeds changed: \(feeds.joined(separator: ", "))") }
        if !removed.isEmpty { text.append("taken out: \(removed.map(\.text).joined(separator: ", "))") }
        if !emptyBranches.isEmpty {
            text.append("no version upstream of: \(emptyBranches.joined(separator: ", "))")
        }
        if !missing.isEmpty {
            text.append("missing upstream and skipped: \(missing.count) (\(Self.some(of: missing)))")
        }
        if let first = unverified.first {
            text.append("signed by keys that aren't trusted and not indexed: \(unverified.count); the first: \(first)")
        }
        if !failures.isEmpty {
            text.append("failed, old data kept: \(failures.count)")
            text += failures.prefix(20).map { "  \($0)" }
            if failures.count > 20 { text.append("  ...") }
        }
        let seconds = Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
        let time = "after \((seconds * 10).rounded() / 10) s"
        if isDryRun {
            text.append(hasChanges ? "dry run \(time): nothing was written" : "dry run \(time): nothing has changed")
        } else {
            text.append(
                hasChanges ? "catalog generation \(generation) in force \(time)" : "nothing has changed \(time)"
            )
        }
        return text.joined(separator: "\n")
    }

    private static func some(of paths: Set<String>) -> String {
        paths.sorted().prefix(5).joined(separator: ", ") + (paths.count > 5 ? ", ..." : "")
    }
}
