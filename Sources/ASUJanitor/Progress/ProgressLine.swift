import Foundation
import Synchronization

/// Shows how far a refresh is: a bar that rewrites itself on a terminal, plain lines now and then elsewhere.
final class ProgressLine: Sendable {
    private struct State {
        var title = ""
        var total = 0
        var done = 0
        var shown = ContinuousClock.now - .seconds(60)
    }

    private let state = Mutex(State())
    private let isTerminal: Bool
    private let write: @Sendable (String) -> Void

    /// - Parameters:
    ///   - isTerminal: Whether `write` goes to a terminal.
    ///   - write: Takes what is shown; standard error unless a test looks on.
    init(
        isTerminal: Bool = isatty(STDERR_FILENO) == 1,
        write: @escaping @Sendable (String) -> Void = { FileHandle.standardError.write(Data($0.utf8)) }
    ) {
        self.isTerminal = isTerminal
        self.write = write
    }

    /// Shows nothing.
    static var silent: ProgressLine { ProgressLine(isTerminal: false) { _ in } }

    /// Begins a part of the work; what was counted so far stays.
    func begin(_ title: String) {
        state.withLock { $0.title = title }
        if !isTerminal { write("asu-janitor: \(title)\n") }
    }

    func expect(_ count: Int) {
        update { $0.total += count }
    }

    func advance() {
        update { $0.done += 1 }
    }

    /// Ends the line.
    func end() {
        let (done, total) = state.withLock { ($0.done, $0.total) }
        write(isTerminal ? "\r\u{1B}[K" : "asu-janitor: \(done) of \(total) files read\n")
    }

    private func update(_ change: (inout State) -> Void) {
        let interval: Duration = isTerminal ? .milliseconds(100) : .seconds(5)
        let text: String? = state.withLock { state in
            change(&state)
            let now = ContinuousClock.now
            guard now - state.shown >= interval else { return nil }
            state.shown = now
            guard isTerminal else { return "asu-janitor: \(state.title): \(state.done) of \(state.total) files\n" }
            let filled = state.total == 0 ? 0 : 30 * state.done / state.total
            let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: 30 - filled)
            return "\r\u{1B}[K[\(bar)] \(state.done)/\(state.total) \(state.title)"
        }
        if let text { write(text) }
    }
}
