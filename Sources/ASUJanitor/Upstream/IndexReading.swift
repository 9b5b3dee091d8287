import ASUCore

/// What an index file turned out to be.
struct IndexReading: Sendable {
    /// `nil` if a key signed it that isn't trusted.
    let index: PackageIndex?
    /// Who signed it, then.
    let stranger: UpstreamError?
}
