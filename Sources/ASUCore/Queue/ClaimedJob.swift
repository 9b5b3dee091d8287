package import NIOCore

/// A job that a worker claimed.
package struct ClaimedJob: Sendable, Equatable {
    /// The right to it; renew it with ``JobQueue/heartbeat(_:extend:)``.
    package let lease: Lease
    /// The bytes given at the enqueueing.
    package let request: ByteBuffer
    /// The number of this attempt, from 1.
    ///
    /// The queue has no attempt limit of its own and drops no job: a claimer that finds the number above its limit
    /// finishes the job as failed.
    package let attempt: Int
    /// When the job was enqueued, Unix milliseconds.
    package let enqueuedAt: Int64
    /// The fields given at the enqueueing besides the request.
    package let extra: [String: String]
    /// Why the attempt before this one ended, if there was one.
    package let lastError: String?
    /// The folder published last for the same request, if one is known.
    package let binDir: String?

    /// Creates a job.
    package init(
        lease: Lease,
        request: ByteBuffer,
        attempt: Int = 1,
        enqueuedAt: Int64,
        extra: [String: String] = [:],
        lastError: String? = nil,
        binDir: String? = nil
    ) {
        self.lease = lease
        self.request = request
        self.attempt = attempt
        self.enqueuedAt = enqueuedAt
        self.extra = extra
        self.lastError = lastError
        self.binDir = binDir
    }

    /// The request hash.
    package var hash: String { lease.hash }
}
