import ASUCore

/// What a refresh did, for the person who started it.
struct RefreshSummary: Sendable, CustomStringConvertible {
    struct Line: Sendable {
        let version: Version
        let targets: Int
        let architectures: Int
        let profiles: Int
        let packages: Int
    }

    private(set) var lines: [Line] = []
    private(set) var missing: [String] = []
    var emptyBranches: [String] = []
    var generation: Int64 = 0
    var duration = Duration.zero

    mutating func add(_ version: Version, _ loaded: VersionLoader.Loaded) {
        lines.append(
            Line(
                version: version,
                targets: loaded.manifest.targets.count,
                architectures: loaded.manifest.feeds.count,
                profiles: loaded.profiles,
                packages: loaded.packages
            )
        )
        missing += loaded.missing
    }

    var description: String {
        var text = lines.map {
            "\($0.version): \($0.targets) targets, \($0.profiles) profiles, \($0.packages) packages for "
                + "\($0.architectures) architectures"
        }
        if !emptyBranches.isEmpty {
            text.append("no version upstream of: \(emptyBranches.joined(separator: ", "))")
        }
        if !missing.isEmpty {
            let shown = missing.sorted().prefix(5).joined(separator: ", ")
            text.append("missing upstream and skipped: \(missing.count) (\(shown)\(missing.count > 5 ? ", ..." : ""))")
        }
        let seconds = Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
        text.append("catalog generation \(generation) in force after \((seconds * 10).rounded() / 10) s")
        return text.joined(separator: "\n")
    }
}
