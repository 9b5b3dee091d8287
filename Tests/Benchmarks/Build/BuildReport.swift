/// What a build cost: medians over the warm ones.
struct BuildReport: Encodable, Sendable {
    struct Row: Encodable, Sendable {
        var name: String
        var cost: Cost
        /// Its CPU time against that of the three commands in a fresh copy.
        var cpuRatio: Double
    }

    var upstream: String
    var profile: String
    var packages: String
    var builds: Int
    /// How CPU time was measured.
    var meter: String
    var rows: [Row]

    var table: String {
        var table = TextTable(["build", "CPU s", "wall s", "CPU x by hand"])
        for row in rows {
            table.add([
                row.name, TextTable.number(row.cost.cpuSeconds, 2), TextTable.number(row.cost.wallSeconds, 2),
                TextTable.number(row.cpuRatio, 2),
            ])
        }
        return """
            a build of \(profile) with '\(packages)' from \(upstream): medians of \(builds)
            \(table.text)
            CPU time by \(meter)
            """
    }
}
