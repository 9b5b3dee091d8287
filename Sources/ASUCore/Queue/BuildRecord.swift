package import NIOCore

/// What is known of a request: where its job is, or its result.
package struct BuildRecord: Sendable, Equatable {
    /// Where the build is.
    package let state: JobState
    /// The progress name (`imagebuilder_status`): from the claim on.
    package let step: String?
    /// While queued: how many waiting jobs come before it.
    package internal(set) var position: Int?
    /// How often it was claimed.
    package let attempt: Int
    /// When it was enqueued, Unix milliseconds.
    package let enqueuedAt: Int64
    /// When it was claimed last, Unix milliseconds.
    package let startedAt: Int64?
    /// When it was finished, Unix milliseconds.
    package let finishedAt: Int64?
    /// The HTTP status of a finished build's answer.
    package let status: Int?
    /// The revision of the OpenWrt tree a finished build was made from.
    package let revision: String?
    /// The published folder relative to the store; while a replaced build is queued or started, the old one.
    package let binDir: String?
    /// Why the last attempt ended without an outcome.
    package let lastError: String?
    /// The worker that has it.
    package let worker: String?
    /// The wanted fields that exist, as stored.
    package let fields: [String: ByteBuffer]

    /// The ticket; the lower, the earlier.
    let ticket: Int64

    /// Creates a record, of a build that no queue knows.
    package init(
        state: JobState,
        step: String? = nil,
        position: Int? = nil,
        attempt: Int = 0,
        enqueuedAt: Int64,
        startedAt: Int64? = nil,
        finishedAt: Int64? = nil,
        status: Int? = nil,
        revision: String? = nil,
        binDir: String? = nil,
        lastError: String? = nil,
        worker: String? = nil,
        fields: [String: ByteBuffer] = [:]
    ) {
        self.state = state
        self.step = step
        self.position = position
        self.attempt = attempt
        self.enqueuedAt = enqueuedAt
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.status = status
        self.revision = revision
        self.binDir = binDir
        self.lastError = lastError
        self.worker = worker
        self.fields = fields
        self.ticket = 0
    }

    /// The fields of the Redis hash that a record is made of, in the order ``init(_:wanted:)`` takes them.
    static let columns = [
        "state", "ticket", "enqueued_at", "attempt", "step", "started_at", "finished_at", "status", "revision",
        "bin_dir", "error", "worker",
    ]

    /// The names that the queue keeps for itself.
    static let reserved = Set(columns + ["request", "token"])

    /// Reads a reply of ``columns`` and then `wanted`; `nil` if there is no record or no valid one.
    init?(_ values: ArraySlice<RESPValue>, wanted: [String]) {
        guard values.count == Self.columns.count + wanted.count else { return nil }
        // A slice's indices need not start at 0.
        let row = values.startIndex == 0 ? values : Array(values)[...]
        guard let state = row[0].text.flatMap(JobState.init(rawValue:)), let ticket = row[1].int,
            let enqueuedAt = row[2].int
        else { return nil }
        self.state = state
        self.ticket = ticket
        self.enqueuedAt = enqueuedAt
        self.attempt = row[3].int.map(Int.init(clamping:)) ?? 0
        self.step = row[4].text
        self.startedAt = row[5].int
        self.finishedAt = row[6].int
        self.status = row[7].int.map(Int.init(clamping:))
        self.revision = row[8].text
        self.binDir = row[9].text
        self.lastError = row[10].text
        self.worker = row[11].text
        var fields: [String: ByteBuffer] = [:]
        for (name, value) in zip(wanted, row[Self.columns.count...]) { fields[name] = value.bytes }
        self.fields = fields
    }
}
