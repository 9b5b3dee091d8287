/// How much the queue holds.
package struct QueueCounts: Sendable, Equatable {
    /// Jobs that a worker could claim now.
    package let waiting: Int
    /// Jobs that wait for the time of their next attempt.
    package let delayed: Int
    /// Claimed jobs, those with a lease that ran out included.
    package let running: Int
    /// Workers seen lately.
    package let workers: Int

    /// Creates counts.
    package init(waiting: Int, delayed: Int, running: Int, workers: Int) {
        self.waiting = waiting
        self.delayed = delayed
        self.running = running
        self.workers = workers
    }
}
