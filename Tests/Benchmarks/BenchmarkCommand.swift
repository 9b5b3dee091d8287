import ArgumentParser

/// `asu-benchmark`: measures the programs as a whole, as they run in production.
@main
struct BenchmarkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "asu-benchmark",
        abstract: "Measures asu-server under load and what a build costs beside the ImageBuilder's own commands.",
        discussion: """
            Starts everything it needs on loopback and in temporary folders: redis-server, nginx, and the programs that \
            lie beside it (swift build -c release makes them). The server's load comes from wrk.
            """,
        subcommands: [ServerCommand.self, ValidateCommand.self, BuildCommand.self, AllCommand.self],
        defaultSubcommand: AllCommand.self
    )
}
