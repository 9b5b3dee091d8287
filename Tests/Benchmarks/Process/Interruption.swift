import UnixSignals

/// Ends a run early but in order: every process that was started is stopped before the program ends.
enum Interruption {
    /// Runs `body`, which is cancelled by SIGINT or SIGTERM.
    static func watch<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                for await signal in await UnixSignalsSequence(trapping: .sigint, .sigterm) {
                    throw BenchmarkError("interrupted by \(signal)")
                }
                return nil
            }
            defer { group.cancelAll() }
            while let value = try await group.next() {
                if let value { return value }
            }
            throw CancellationError()
        }
    }
}
