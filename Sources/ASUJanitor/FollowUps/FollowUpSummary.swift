/// A part of the follow-ups that works, or fails, by itself.
enum FollowUpStep: String, Sendable, CaseIterable {
    /// Jobs whose lease ran out.
    case lostJobs = "lost jobs"
    /// Files of results that ended or were replaced.
    case endedResults = "files of ended results"
    /// Folders that were staged and never published.
    case staging = "half-written folders"
    /// Files that no result names, and the disk budget.
    case store = "store"
}

/// What the follow-ups did, and what they couldn't do.
struct FollowUpSummary: Sendable, CustomStringConvertible {
    /// A step that failed, wholly or in part.
    struct Problem: Sendable, CustomStringConvertible {
        let step: FollowUpStep
        let error: any Error

        var description: String { "\(step.rawValue): \(error)" }
    }

    /// Jobs that were taken from a vanished worker and wait again.
    var requeuedJobs = 0
    /// Publications whose result had ended or was replaced, and were removed.
    var endedPublications = 0
    /// Publications that no result ever named, and were removed.
    var orphanedPublications = 0
    /// Results that were removed with their files to stay within the disk budget.
    var evictedResults = 0
    /// Half-written folders that were removed.
    var staleFolders = 0
    /// The bytes of all publications that were removed.
    var freedBytes: Int64 = 0
    /// Steps that failed, wholly or in part; at most one entry each.
    var problems: [Problem] = []

    /// Whether nothing was done; there may be problems all the same.
    var isEmpty: Bool {
        requeuedJobs + endedPublications + orphanedPublications + evictedResults + staleFolders == 0
    }

    /// One line of what was done, empty if nothing was.
    var description: String {
        var parts = [
            (requeuedJobs, "lost jobs requeued"), (endedPublications, "ended results' files removed"),
            (orphanedPublications, "orphaned folders removed"), (staleFolders, "half-written folders removed"),
            (evictedResults, "results removed for store_size_mb"),
        ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        if freedBytes > 0 { parts.append("\((freedBytes + (1 << 20) - 1) >> 20) MB freed") }
        return parts.joined(separator: ", ")
    }
}
