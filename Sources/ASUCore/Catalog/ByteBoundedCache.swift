internal import Synchronization

/// Values by name, the least recently used dropped when all of them together pass a bound.
package final class ByteBoundedCache: Sendable {
    private struct Entry {
        let value: any Sendable
        let bytes: Int
        var used: UInt64
    }

    private struct State {
        var entries: [String: Entry] = [:]
        var bytes = 0
        var clock: UInt64 = 0
    }

    private let maxBytes: Int
    // A lock and no actor: a request looks up a dozen values, and each hop would cost more than the look-up.
    private let state = Mutex(State())

    /// - Parameter maxBytes: The bound, by the sizes that loading tells.
    package init(maxBytes: Int) {
        self.maxBytes = maxBytes
    }

    /// The value under `name`, made by `load` if it isn't there; `load` also says how many bytes it takes.
    package func value<Value: Sendable>(
        _ name: String,
        load: @Sendable () async throws -> (Value, Int)
    ) async throws -> Value {
        if let value: Value = find(name) { return value }
        let (value, size) = try await load()
        keep(name, value, size)
        return value
    }

    private func find<Value: Sendable>(_ name: String) -> Value? {
        state.withLock { state in
            state.clock += 1
            // Not in one step: an absent entry would pass for a value where Value is an optional.
            guard let entry = state.entries[name], let value = entry.value as? Value else { return nil }
            state.entries[name]?.used = state.clock
            return value
        }
    }

    private func keep(_ name: String, _ value: any Sendable, _ size: Int) {
        state.withLock { state in
            // Two requests may have loaded the same value at once; it is counted once.
            guard state.entries[name] == nil else { return }
            state.entries[name] = Entry(value: value, bytes: size, used: state.clock)
            state.bytes += size
            while state.bytes > maxBytes,
                let oldest = state.entries.filter({ $0.key != name }).min(by: { $0.value.used < $1.value.used })
            {
                state.entries[oldest.key] = nil
                state.bytes -= oldest.value.bytes
            }
        }
    }
}
