/// What a published folder is to the queue.
package enum PublicationStanding: String, Sendable {
    /// A record names it.
    case served
    /// No record names it, but the claim that it was built under is alive and may still end in a result.
    case running
    /// It was a result's; ``JobQueue/endedPublications(since:skipping:limit:)`` gives it out in time.
    case ended
    /// Nothing is known of it: its worker died between publishing and telling, or Redis lost its data. For good, as a
    /// token is given only once.
    case unknown
}
