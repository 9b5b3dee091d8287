/// What upstream said when it was asked for a file.
enum UpstreamReply<Value: Sendable>: Sendable {
    /// It is what it was when the record was made.
    case unchanged
    /// There is no such file.
    case missing
    /// The file as parsed, and the record to keep once its contents are.
    case read(Value, SourceRecord)
}
