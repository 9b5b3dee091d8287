/// A number with its name.
struct PageFigure: Sendable {
    let label: String
    let number: String

    init(_ label: String, _ number: Int) {
        self.label = label
        self.number = number.grouped
    }

    /// A part of a whole in percent; a dash if there is no whole.
    init(_ label: String, _ part: Int, of whole: Int) {
        self.label = label
        number = whole > 0 ? "\(Int((Double(part) / Double(whole) * 100).rounded())) %" : "–"
    }
}

extension Int {
    /// With a narrow space at the thousands: `12 345`.
    var grouped: String {
        var groups: [Substring] = []
        var rest = String(magnitude)[...]
        while rest.count > 3 {
            groups.insert(rest.suffix(3), at: 0)
            rest = rest.dropLast(3)
        }
        groups.insert(rest, at: 0)
        return (self < 0 ? "-" : "") + groups.joined(separator: "\u{202F}")
    }
}
