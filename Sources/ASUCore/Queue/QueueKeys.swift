/// The Redis keys of the queue, all in one place.
///
/// Redis Cluster is not supported: the claim script finds a job's hash first and its record's key from that.
package struct QueueKeys: Sendable, Equatable {
    /// What all key names start with.
    package let prefix: String
    /// What the key of a build record starts with; the request hash follows.
    package let buildPrefix: String
    /// List of waiting request hashes, oldest ticket first.
    package let waiting: String
    /// Sorted set of the same hashes by ticket: a job's rank is its position.
    package let tickets: String
    /// Sorted set of running jobs' hashes by the end of their lease, Unix milliseconds.
    package let running: String
    /// Sorted set of hashes that wait for a retry, by the earliest time of it, Unix milliseconds.
    package let delayed: String
    /// Counter of tickets: one for each new job.
    package let ticketCounter: String
    /// Counter of fencing tokens: one for each claim.
    package let tokenCounter: String
    /// List of hints that there is work; it holds no jobs and never more than ``wakeLimit`` entries.
    package let wake: String
    /// Sorted set of worker ids by when they were last seen, Unix milliseconds.
    package let workers: String
    /// Sorted set of published folders (`bin_dir`) by when their record ends or ended, Unix milliseconds.
    package let published: String

    /// Most hints kept in ``wake``.
    static let wakeLimit = 256

    /// Creates the names `<prefix>:build:<hash>`, `<prefix>:queue:...`, `<prefix>:workers` and `<prefix>:published`.
    package init(prefix: String) {
        self.prefix = prefix
        self.buildPrefix = "\(prefix):build:"
        self.waiting = "\(prefix):queue:waiting"
        self.tickets = "\(prefix):queue:tickets"
        self.running = "\(prefix):queue:running"
        self.delayed = "\(prefix):queue:delayed"
        self.ticketCounter = "\(prefix):queue:ticket"
        self.tokenCounter = "\(prefix):queue:token"
        self.wake = "\(prefix):queue:wake"
        self.workers = "\(prefix):workers"
        self.published = "\(prefix):published"
    }

    /// The key of a request's record: a Redis hash with everything about its build.
    package func build(_ hash: String) -> String { buildPrefix + hash }

    /// The keys every script gets, in the order ``QueueScripts`` names them.
    var all: [String] {
        [waiting, tickets, running, delayed, ticketCounter, tokenCounter, wake, workers, published]
    }
}
