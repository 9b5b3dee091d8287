import ASUCore
import Foundation

/// A moment as people and as programs read it.
struct PageTime: Sendable {
    /// `2026-01-31`, by UTC.
    let day: String
    /// `12:00`.
    let clock: String
    /// `2026-01-31T12:00:00Z`.
    let machine: String

    init(_ date: Date) {
        self.init(machine: date.formatted(.iso8601))
    }

    init(machine: String) {
        self.machine = machine
        day = String(machine.prefix(10))
        clock = String(machine.dropFirst(11).prefix(5))
    }
}

extension Duration {
    /// In the largest unit that it is a whole number of: `10 minutes`, `1 day`.
    var words: String {
        let seconds = components.seconds
        let units: [(Int64, String)] = [(86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second")]
        let (size, name) = units.first { seconds >= $0.0 && seconds % $0.0 == 0 } ?? (1, "second")
        return "\(seconds / size) \(name)\(seconds == size ? "" : "s")"
    }
}
