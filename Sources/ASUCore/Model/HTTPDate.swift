package import Foundation

/// Dates as HTTP writes them: `Mon, 24 Feb 2020 00:00:02 GMT` (RFC 9110, section 5.6.7).
package enum HTTPDate {
    package static func text(_ date: Date) -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(identifier: "GMT")
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        return formatter.string(from: date)
    }
}
