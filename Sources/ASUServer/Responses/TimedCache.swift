/// Values by name that are made again once they are older than a lifetime; who asks meanwhile waits for the same one.
actor TimedCache<Value: Sendable> {
    private struct Entry {
        let value: Value
        let made: ContinuousClock.Instant
    }

    private let lifetime: Duration
    private let maxEntries: Int
    private var entries: [String: Entry] = [:]
    private var waiting: [String: [CheckedContinuation<Value, any Error>]] = [:]

    /// - Parameters:
    ///   - lifetime: How old a value may be.
    ///   - maxEntries: Bound on the values kept; the oldest goes first.
    init(lifetime: Duration, maxEntries: Int) {
        self.lifetime = lifetime
        self.maxEntries = maxEntries
    }

    /// The value under `name`, made by `make` if there is none that is young enough; an error of that isn't kept.
    func value(_ name: String, make: @Sendable () async throws -> Value) async throws -> Value {
        let now = ContinuousClock.now
        if let entry = entries[name], now - entry.made < lifetime { return entry.value }
        if waiting[name] != nil {
            return try await withCheckedThrowingContinuation { waiting[name]?.append($0) }
        }
        waiting[name] = []
        let result: Result<Value, any Error>
        do {
            let value = try await make()
            entries[name] = Entry(value: value, made: now)
            if entries.count > maxEntries, let oldest = entries.min(by: { $0.value.made < $1.value.made }) {
                entries[oldest.key] = nil
            }
            result = .success(value)
        } catch {
            result = .failure(error)
        }
        for other in waiting.removeValue(forKey: name) ?? [] { other.resume(with: result) }
        return try result.get()
    }
}
