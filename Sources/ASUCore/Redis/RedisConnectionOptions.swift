import NIOCore

/// The limits of a connection.
struct RedisConnectionOptions: Sendable {
    /// Time for the connection and its greeting, each.
    var connectTimeout: TimeAmount
    /// Time from sending a command to its reply.
    var commandTimeout: TimeAmount
    /// Most bytes of one reply.
    var maxReplyBytes: Int
    /// Pause after a failed connection attempt; doubled by each further failure up to ``maxBackoff``.
    var minBackoff: TimeAmount = .milliseconds(50)
    /// Longest pause between connection attempts.
    var maxBackoff: TimeAmount = .milliseconds(500)
}
