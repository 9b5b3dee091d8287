import ArgumentParser

/// `asu-benchmark server`.
struct ServerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "server",
        abstract: "Requests a second, latency and CPU of asu-server by kind of request."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var options: ServerOptions

    func run() async throws {
        let report = try await ServerBenchmark(options: options, programs: common.programs()).run()
        print(report.table)
        try common.write(BenchmarkReport(server: report))
    }
}

/// What `asu-benchmark server` can be told.
struct ServerOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Copy of a download server with release 24.10.4 to fill the catalog from; the sample upstream if absent.",
            valueName: "DIR"
        )
    )
    var upstreamData = "../shared/data/upstream"

    @Option(help: ArgumentHelp("Seconds of each run.", valueName: "N"))
    var seconds = 3

    @Option(help: ArgumentHelp("Rounds; each runs every case once.", valueName: "N"))
    var rounds = 5

    @Option(help: ArgumentHelp("Connections, separated by commas.", valueName: "N,..."))
    var connections = "16,64"

    var connectionCounts: [Int] { connections.split(separator: ",").compactMap { Int($0) } }

    func validate() throws {
        guard (1...300).contains(seconds) else { throw ValidationError("--seconds takes a number from 1 to 300.") }
        guard (1...1000).contains(rounds) else { throw ValidationError("--rounds takes a number from 1 to 1000.") }
        let counts = connectionCounts
        guard !counts.isEmpty, counts.count == connections.split(separator: ",").count,
            counts.allSatisfy((1...1000).contains)
        else { throw ValidationError("--connections takes numbers from 1 to 1000, separated by commas.") }
    }
}
