import ASUCore

/// What one update cycle did, for a log or the person who started it.
struct UpdateOutcome: Sendable, CustomStringConvertible {
    /// The refresh, if it came to its end.
    var refresh: RefreshSummary?
    /// Why it didn't.
    var refreshError: (any Error)?
    var followUps = FollowUpSummary()
    /// Results that end soon because their revision is an old one now.
    var expiringResults = 0
    /// Why such results couldn't be looked for.
    var expiryError: (any Error)?

    /// Whether everything went well.
    var isSuccess: Bool {
        refreshError == nil && expiryError == nil && refresh?.failures.isEmpty == true && followUps.problems.isEmpty
    }

    /// Whether anything was done at all.
    var hasChanges: Bool { refresh?.hasChanges == true || !followUps.isEmpty || expiringResults > 0 }

    var description: String {
        var text: [String] = []
        if let refresh { text.append("\(refresh)") }
        if let refreshError { text.append("refresh failed, what was put in force before stays: \(refreshError)") }
        if expiringResults > 0 { text.append("\(expiringResults) results of older revisions end within an hour") }
        if let expiryError { text.append("results of older revisions couldn't be looked for: \(expiryError)") }
        if !followUps.isEmpty { text.append("\(followUps)") }
        text += followUps.problems.map { "failed: \($0)" }
        return text.joined(separator: "\n")
    }
}
