/// Values by name, the least recently used dropped when all of them together pass a bound.
package actor ByteBoundedCache {
    private struct Entry {
        let value: any Sendable
        let bytes: Int
        var used: UInt64
    }

    private let maxBytes: Int
    private var entries: [String: Entry] = [:]
    private var bytes = 0
    private var clock: UInt64 = 0

    /// - Parameter maxBytes: The bound, by the sizes that loading tells.
    package init(maxBytes: Int) {
        self.maxBytes = maxBytes
    }

    /// The value under `name`, made by `load` if it isn't there; `load` also says how many bytes it takes.
    package func value<Value: Sendable>(
        _ name: String,
        load: @Sendable () async throws -> (Value, Int)
    ) async throws -> Value {
        clock += 1
        // Not in one step: an absent entry would pass for a value where Value is an optional.
        if let entry = entries[name], let value = entry.value as? Value {
            entries[name]?.used = clock
            return value
        }
        let (value, size) = try await load()
        // Two requests may have loaded the same value at once; it is counted once.
        if entries[name] == nil {
            entries[name] = Entry(value: value, bytes: size, used: clock)
            bytes += size
            shrink(sparing: name)
        }
        return value
    }

    private func shrink(sparing name: String) {
        while bytes > maxBytes,
            let oldest = entries.filter({ $0.key != name }).min(by: { $0.value.used < $1.value.used })
        {
            entries[oldest.key] = nil
            bytes -= oldest.value.bytes
        }
    }
}
