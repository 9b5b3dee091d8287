/// What a POST costs asu-server before the queue: medians over the rounds, in microseconds of CPU for one call.
struct ValidationReport: Encodable, Sendable {
    struct Row: Encodable, Sendable {
        var request: String
        /// From the body's bytes to the request and its hash.
        var parseMicroseconds: Double
        /// From there to the job or the refusal.
        var resolveMicroseconds: Double
        /// From the job to the bytes for the queue.
        var encodeMicroseconds: Double
    }

    var upstream: String
    /// Those that the catalog has for the target.
    var packages: Int
    var rounds: Int
    var rows: [Row]

    var table: String {
        var table = TextTable(["POST of 150 packages", "parse us", "resolve us", "both", "encode us"])
        for row in rows {
            table.add([
                row.request, TextTable.number(row.parseMicroseconds, 1), TextTable.number(row.resolveMicroseconds, 1),
                TextTable.number(row.parseMicroseconds + row.resolveMicroseconds, 1),
                TextTable.number(row.encodeMicroseconds, 1),
            ])
        }
        return """
            validation, catalog of \(upstream) with \(packages) packages: medians of \(rounds) rounds
            \(table.text)
            """
    }
}
