package import NIOCore

/// The outcome of a build, as ``JobQueue/finish(_:outcome:)`` stores it.
package struct FinishedBuild: Sendable, Equatable {
    /// ``JobState/done`` or ``JobState/failed``.
    package var state: JobState
    /// The HTTP status of the answer: 200 or 500.
    package var status: Int
    /// The revision of the OpenWrt tree that was built, if it came to that.
    package var revision: String?
    /// The published folder relative to the store, if one was published.
    package var binDir: String?
    /// The answer's bodies by field name (`v1`, `v1.gz`, ...): any bytes, up to 16 MiB each.
    package var fields: [String: ByteBuffer]
    /// How long the record is kept, at least a second.
    package var timeToLive: Duration

    /// Creates an outcome.
    package init(
        state: JobState,
        status: Int,
        revision: String? = nil,
        binDir: String? = nil,
        fields: [String: ByteBuffer] = [:],
        timeToLive: Duration
    ) {
        self.state = state
        self.status = status
        self.revision = revision
        self.binDir = binDir
        self.fields = fields
        self.timeToLive = timeToLive
    }
}
