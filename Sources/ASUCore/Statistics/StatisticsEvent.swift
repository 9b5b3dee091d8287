/// Something worth counting about builds.
package enum StatisticsEvent: Sendable {
    /// A well-formed request; whether there was a job or a result already.
    case request(BuildRequest, isHit: Bool)
    /// A build that gave images.
    case success(BuildJob)
    /// A build that gave none, with the text that clients see.
    case failure(BuildJob, message: String)
}
