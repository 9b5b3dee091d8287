/// A worker's right to a job, for a while.
package struct Lease: Sendable, Equatable {
    /// The job's request hash.
    package let hash: String
    /// The worker that holds the lease.
    package let worker: String
    /// The fencing token: greater with every claim of any job, so an earlier holder is told from a later one.
    package let token: Int64
    /// When the lease ends, in Unix milliseconds by the Redis server's clock; do not compare with this host's.
    package let expiresAt: Int64

    /// Creates a lease; only ``JobQueue/claim(worker:lease:)`` makes one that the queue honours.
    package init(hash: String, worker: String, token: Int64, expiresAt: Int64) {
        self.hash = hash
        self.worker = worker
        self.token = token
        self.expiresAt = expiresAt
    }
}
