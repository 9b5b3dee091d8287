internal import NIOPosix
internal import Synchronization

/// Tells a pool thread that its task was cancelled.
final class CancellationFlag: Sendable {
    private let flag = Atomic<Bool>(false)

    var isSet: Bool { flag.load(ordering: .relaxed) }

    /// Runs blocking work on the thread pool; it starts in a cancelled task too, and finds the flag set.
    static func withPoolThread<Value: Sendable>(
        _ body: @escaping @Sendable (CancellationFlag) throws -> Value
    ) async throws -> Value {
        let cancelled = CancellationFlag()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                NIOThreadPool.singleton.submit { _ in
                    continuation.resume(with: Result { try body(cancelled) })
                }
            }
        } onCancel: {
            cancelled.flag.store(true, ordering: .relaxed)
        }
    }
}
