import ASUCore

/// What the catalog holds, for the person who asked.
struct StatusReport: Sendable, CustomStringConvertible {
    let contents: CatalogContents
    /// When upstream was last asked, in Unix seconds, by part.
    let checks: [String: Int]
    /// The enabled branches.
    let branches: [String]
    /// Unix seconds.
    let now: Int

    /// Whether something of every enabled branch is loaded.
    var isComplete: Bool { branches.allSatisfy { !versions(of: $0).isEmpty } }

    var description: String {
        guard contents.generation > 0 else { return "no catalog is loaded: run asu-janitor init" }
        var text = ["catalog generation \(contents.generation), \(Self.checked(checks[""], now))"]
        for branch in branches {
            let versions = versions(of: branch)
            guard !versions.isEmpty else {
                text.append("\(branch): nothing is loaded")
                continue
            }
            var line = "\(branch): \(versions.count) version\(versions.count == 1 ? "" : "s")"
            if let feeds = contents.feeds[branch] {
                let packages = feeds.architectures.values.reduce(0) { $0 + $1.values.reduce(0) { $0 + $1.packages } }
                line += ", feeds of \(feeds.architectures.count) architectures with \(packages) packages, changed "
                line += Self.ago(feeds.updatedAt, now)
            }
            text.append(line)
            text += versions.map { "  " + describe($0) }
        }
        return text.joined(separator: "\n")
    }

    private func versions(of branch: String) -> [Version] {
        contents.manifests.keys.filter { $0.branchName == branch }.sorted(by: >)
    }

    private func describe(_ version: Version) -> String {
        guard let manifest = contents.manifests[version] else { return version.text }
        let profiles = manifest.targets.values.reduce(0) { $0 + ($1.profileCount ?? 0) }
        let indexed = manifest.targets.values.filter { $0.indexes != nil }.count
        let revisions = Set(manifest.targets.values.map(\.revision)).filter { !$0.isEmpty }.sorted()
        var line = "\(version): \(revisions.isEmpty ? "no revision" : Self.range(revisions)), "
        line += "\(manifest.targets.count) targets, \(profiles) profiles"
        if indexed < manifest.targets.count { line += ", packages of \(indexed) targets only" }
        if let absent = manifest.absent { line += ", \(absent.count) targets missing upstream" }
        return line + ", changed \(Self.ago(manifest.updatedAt, now)), \(Self.checked(checks[version.text], now))"
    }

    private static func range(_ revisions: [String]) -> String {
        revisions.count == 1 ? revisions[0] : "\(revisions[0]) to \(revisions[revisions.count - 1])"
    }

    private static func checked(_ time: Int?, _ now: Int) -> String {
        time.map { "checked \(ago($0, now))" } ?? "never checked"
    }

    private static func ago(_ time: Int, _ now: Int) -> String {
        let seconds = max(0, now - time)
        switch seconds {
        case ..<120: return "\(seconds) s ago"
        case ..<7200: return "\(seconds / 60) min ago"
        case ..<172_800: return "\(seconds / 3600) h ago"
        default: return "\(seconds / 86_400) days ago"
        }
    }
}
