import ASUTestSupport
import Synchronization

/// Carries a folder out of a closure, so that it outlives what was in it.
final class SeenPath: Sendable {
    private let value = Mutex<TemporaryDirectory?>(nil)

    var folder: TemporaryDirectory? { value.withLock { $0 } }

    func set(_ folder: TemporaryDirectory) { value.withLock { $0 = folder } }
}
