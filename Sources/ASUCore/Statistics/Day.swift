package import Foundation

/// A day by UTC, as statistics count them.
package struct Day: Sendable, Hashable, CustomStringConvertible {
    /// Days since 1 January 1970, a Thursday.
    package let number: Int

    package init(number: Int) {
        self.number = number
    }

    package init(_ date: Date) {
        number = Int((date.timeIntervalSince1970 / 86_400).rounded(.down))
    }

    /// Year, month and day: `2026-01-31`.
    package var description: String {
        Date(timeIntervalSince1970: Double(number) * 86_400).formatted(.iso8601.year().month().day())
    }

    /// The Monday of its week.
    package var monday: Day { Day(number: number - (number + 3) % 7) }

    package static func - (day: Day, days: Int) -> Day { Day(number: day.number - days) }
}
