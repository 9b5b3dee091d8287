/// What asu-server did under load: medians over the rounds.
struct ServerReport: Encodable, Sendable {
    struct Row: Encodable, Sendable {
        var request: String
        var connections: Int
        var requestsPerSecond: Double
        /// Against the hello of its method in the same round.
        var requestsPerSecondRatio: Double
        var p50Milliseconds: Double
        var p99Milliseconds: Double
        var cpuMicroseconds: Double
        /// Against the hello of its method in the same round.
        var cpuRatio: Double
    }

    var upstream: String
    var rounds: Int
    var seconds: Int
    var rows: [Row]
    /// Resident memory in bytes after the start, and the most it ever was.
    var startMemory: Int
    var peakMemory: Int

    var table: String {
        var table = TextTable(["request", "conn", "req/s", "x hello", "p50 ms", "p99 ms", "CPU us", "x hello"])
        for row in rows {
            table.add([
                row.request, "\(row.connections)", TextTable.number(row.requestsPerSecond, 0),
                TextTable.number(row.requestsPerSecondRatio, 2), TextTable.number(row.p50Milliseconds, 2),
                TextTable.number(row.p99Milliseconds, 2), TextTable.number(row.cpuMicroseconds, 1),
                TextTable.number(row.cpuRatio, 2),
            ])
        }
        return """
            asu-server, catalog of \(upstream): medians of \(rounds) interleaved runs of \(seconds) s
            \(table.text)
            resident memory: \(Self.megabytes(startMemory)) MB with the catalog loaded, at most \
            \(Self.megabytes(peakMemory)) MB under load
            """
    }

    private static func megabytes(_ bytes: Int) -> String { TextTable.number(Double(bytes) / 1e6, 1) }
}
