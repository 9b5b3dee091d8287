import ASUCore

/// A chart of stacked columns, as the template `chart` draws it: a drawing that stretches, with its texts around it.
struct Chart: Sendable {
    /// One kind of thing counted, the lowest in the stack first.
    struct Series: Sendable {
        let label: String
        let data: [Int]
        /// A class of the style sheet.
        let color: String
    }

    struct Entry: Sendable {
        let label: String
        let color: String
        let total: String
    }

    struct Bar: Sendable {
        let color: String
        let x: Int
        let y: String
        let height: String
    }

    struct Column: Sendable {
        let tip: String
        let left: Int
        let bars: [Bar]
    }

    struct Row: Sendable {
        let rowLabel: String
        let cells: [String]
    }

    let id: String
    let chartTitle: String
    let description: String
    let unit: String
    let isEmpty: Bool
    let legend: [Entry]
    let width: Int
    let top: String
    let half: String
    let columns: [Column]
    let from: String
    let middle: String
    let to: String
    let rows: [Row]

    /// - Parameters:
    ///   - id: Unique in the page.
    ///   - title: What is counted.
    ///   - unit: What a column is: `Day`.
    ///   - labels: One a column.
    ///   - series: As many numbers each as there are labels.
    init(id: String, title: String, unit: String, labels: [String], series: [Series]) {
        self.id = id
        chartTitle = title
        self.unit = unit
        let sums = labels.indices.map { column in series.reduce(0) { $0 + $1.data[column] } }
        let scale = Self.scale(sums.max() ?? 0)
        isEmpty = sums.allSatisfy { $0 == 0 }
        legend = series.map { .init(label: $0.label, color: $0.color, total: $0.data.reduce(0, +).grouped) }
        width = labels.count * 10
        top = scale.grouped
        half = (scale / 2).grouped
        columns = labels.indices.map { Self.column($0, labels[$0], series, scale: scale) }
        from = labels.first ?? ""
        middle = labels.isEmpty ? "" : labels[labels.count / 2]
        to = labels.last ?? ""
        // The newest first: nobody scrolls for the oldest.
        rows = labels.indices.reversed().map { column in
            Row(rowLabel: labels[column], cells: series.map { $0.data[column].grouped })
        }
        let most = sums.indices.max { sums[$0] < sums[$1] }
        let peak = most.map { ", most in the column of \(labels[$0]): \(sums[$0].grouped)" } ?? ""
        description = "\(from) to \(to)\(peak). The table below has all numbers."
    }

    private static func column(_ index: Int, _ label: String, _ series: [Series], scale: Int) -> Column {
        var below = 0
        var bars: [Bar] = []
        var parts: [String] = []
        for one in series where one.data[index] > 0 {
            let count = one.data[index]
            below += count
            bars.append(
                Bar(
                    color: one.color,
                    x: index * 10 + 1,
                    y: hundredth(scale - below, of: scale),
                    height: hundredth(count, of: scale)
                )
            )
            parts.append("\(one.label) \(count.grouped)")
        }
        return Column(
            tip: "\(label): \(parts.isEmpty ? "none" : parts.joined(separator: ", "))",
            left: index * 10,
            bars: bars
        )
    }

    private static func hundredth(_ part: Int, of whole: Int) -> String {
        "\((Double(part) / Double(whole) * 10_000).rounded() / 100)"
    }

    /// An even round number that is at least `most`, so that half of it is whole too.
    static func scale(_ most: Int) -> Int {
        var power = 1
        // Counts beyond this are nobody's, and Redis is shared.
        while power < 1_000_000_000_000_000 {
            for digit in [2, 4, 6, 8, 10, 12, 16] where digit * power >= most { return digit * power }
            power *= 10
        }
        return max(most, 2)
    }
}
