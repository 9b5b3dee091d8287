internal import Synchronization

/// Tells a thread that its task was cancelled.
final class CancellationFlag: Sendable {
    private let flag = Atomic<Bool>(false)

    var isSet: Bool { flag.load(ordering: .relaxed) }

    /// Runs blocking work on a thread of its own; it starts in a cancelled task too, and finds the flag set.
    static func withOwnThread<Value: Sendable>(
        _ body: @escaping @Sendable (CancellationFlag) throws -> Value
    ) async throws -> Value {
        let cancelled = CancellationFlag()
        return try await withTaskCancellationHandler {
            try await BlockingWork.runForLong { try body(cancelled) }
        } onCancel: {
            cancelled.flag.store(true, ordering: .relaxed)
        }
    }
}
