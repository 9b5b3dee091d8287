import ASUCore
import Foundation
import Synchronization

/// The files of one part of upstream, by path, as they were when the catalog was last changed.
///
/// Records are put in force together with what came of the files, so that they never promise data that isn't there.
final class SourceRecords: Sendable {
    private struct State {
        var records: [String: SourceRecord] = [:]
        var hasChanged = false
    }

    private let state: Mutex<State>

    /// - Parameter stored: What ``encoded()`` made; anything else counts as nothing, and upstream is read whole.
    init(stored: [UInt8]? = nil) {
        var state = State()
        if let stored, let json = try? Compression.decompress(stored, maxBytes: 64 << 20) {
            state.records = (try? JSONDecoder().decode([String: SourceRecord].self, from: Data(json))) ?? [:]
        }
        self.state = Mutex(state)
    }

    /// The record of a path; setting another one counts as a change.
    subscript(path: String) -> SourceRecord? {
        get { state.withLock { $0.records[path] } }
        set {
            state.withLock { state in
                guard state.records[path] != newValue else { return }
                state.records[path] = newValue
                state.hasChanged = true
            }
        }
    }

    /// Whether Redis doesn't have them as they are.
    var hasChanged: Bool { state.withLock { $0.hasChanged } }

    /// Notes that Redis has them now.
    func markStored() {
        state.withLock { $0.hasChanged = false }
    }

    /// The form in Redis: compressed JSON.
    func encoded() throws -> [UInt8] {
        let records = state.withLock { $0.records }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try Compression.zstd(Array(encoder.encode(records)))
    }
}
