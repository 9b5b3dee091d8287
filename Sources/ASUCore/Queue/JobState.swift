/// Where a build is in its life.
package enum JobState: String, Sendable, CaseIterable {
    /// Waiting for a worker, or for the time of its next attempt.
    case queued
    /// Claimed by a worker.
    case started
    /// Finished with images.
    case done
    /// Finished without.
    case failed

    /// True once there is an outcome.
    package var isFinished: Bool { self == .done || self == .failed }
}
