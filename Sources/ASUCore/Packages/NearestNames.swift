/// Finds known names that a misspelt one may have meant.
struct NearestNames {
    /// Most names that are offered for one.
    static let maxNames = 3
    /// Most single-letter mistakes.
    private static let maxDistance = 2

    private let wanted: [UInt8]
    /// Distance by name: several feeds may have one package.
    private var found: [String: Int] = [:]

    init(_ name: PackageName) {
        wanted = Array(name.text.utf8)
    }

    /// Considers a known name; cheap for those that can't be near: another first letter, or another length.
    mutating func consider(_ name: ArraySlice<UInt8>) {
        guard let first = name.first, first == wanted.first, abs(name.count - wanted.count) <= Self.maxDistance,
            let distance = distance(to: name), distance > 0
        else { return }
        found[String(decoding: name, as: UTF8.self)] = distance
    }

    /// The nearest, best first.
    var names: [String] {
        let sorted = found.sorted { ($0.value, $0.key) < ($1.value, $1.key) }
        return Array(sorted.prefix(Self.maxNames).map(\.key))
    }

    /// The edit distance, or `nil` if it is more than ``maxDistance``.
    private func distance(to name: ArraySlice<UInt8>) -> Int? {
        var previous = Array(0...wanted.count)
        for (row, byte) in name.enumerated() {
            var current = [row + 1]
            current.reserveCapacity(wanted.count + 1)
            for (column, own) in wanted.enumerated() {
                let change = previous[column] + (own == byte ? 0 : 1)
                current.append(min(change, previous[column + 1] + 1, current[column] + 1))
            }
            guard let least = current.min(), least <= Self.maxDistance else { return nil }
            previous = current
        }
        guard let last = previous.last, last <= Self.maxDistance else { return nil }
        return last
    }
}
