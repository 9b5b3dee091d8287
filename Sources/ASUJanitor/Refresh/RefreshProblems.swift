import ASUCore
import Synchronization

/// What a refresh met on its way: files that upstream doesn't have, and files that couldn't be taken over.
final class RefreshProblems: Sendable {
    private struct State {
        var missing = Set<String>()
        var failures: [String: UpstreamError] = [:]
        var unverified: [String: UpstreamError] = [:]
        var unreachable = 0
    }

    /// So many unreachable files, and no answer in between, mean that upstream is down: to go on would only take long.
    static let maxUnreachable = 12

    private let state = Mutex(State())

    /// Paths of upstream that aren't there and were skipped.
    var missing: Set<String> { state.withLock { $0.missing } }
    /// What went wrong, sorted by address; the old data was kept.
    var failures: [UpstreamError] { state.withLock { $0.failures.values.sorted { $0.url < $1.url } } }

    /// Signatures by keys that aren't trusted, sorted by address; what they sign was never indexed.
    var unverified: [UpstreamError] { state.withLock { $0.unverified.values.sorted { $0.url < $1.url } } }

    func add(unverified error: UpstreamError) {
        state.withLock { $0.unverified[error.url] = error }
    }

    /// Upstream answered: it isn't down.
    func noteAnswer() {
        state.withLock { $0.unreachable = 0 }
    }

    func add(missing path: String) {
        _ = state.withLock { $0.missing.insert(path) }
    }

    /// Notes a failure.
    ///
    /// - Throws: `error` itself if upstream seems to be down altogether.
    func add(_ error: UpstreamError) throws {
        let isDown = state.withLock { state in
            state.failures[error.url] = error
            if error.code == .unreachable { state.unreachable += 1 }
            return state.unreachable >= Self.maxUnreachable
        }
        if isDown { throw error }
    }
}
