/// What an enqueueing came to.
package enum EnqueueResult: Sendable, Equatable {
    /// A new job; `position` jobs wait before it.
    case created(position: Int)
    /// The request has a job or a result already; its record, without bodies.
    case existing(BuildRecord)
    /// Refused: `pending` jobs wait already.
    case full(pending: Int)
}
