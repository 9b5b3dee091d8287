import ASUCore

/// What the follow-ups keep, and for how long.
struct FollowUpLimits: Sendable {
    /// How long a lease must have run out before the job is taken from its worker, who may just be late.
    var lease: Duration
    /// How long files live on after their result, and results after their revision.
    var grace = Duration.seconds(3600)
    /// How old files must be that no result names nor ever named, and folders that were never published.
    var orphanAge = Duration.seconds(86_400)
    /// The disk budget of the store in bytes; `nil` for none.
    var storeBytes: Int64?
    /// Results younger than this are kept whatever the budget: clients are just downloading them.
    var freshAge = Duration.seconds(600)
    /// Most batches of one step in one run; what is left over waits for the next run.
    var maxRounds = 1000

    /// - Parameter settings: The settings in force.
    init(settings: Settings) {
        lease = settings.lease
        storeBytes = settings.storeSizeMB == 0 ? nil : Int64(settings.storeSizeMB) << 20
    }
}
