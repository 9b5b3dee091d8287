import ASUCore
import ArgumentParser
import Logging

/// `asu-janitor status`: says what is loaded.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Print per branch what is loaded, how old it is and from which revision.",
        discussion: "Ends with 0 if every enabled branch is loaded, else with 1. Asks Redis only."
    )

    @Option(help: ArgumentHelp("Settings file; asu.toml in the working folder if there is one.", valueName: "FILE"))
    var config: String?

    func run() async throws {
        let settings = try Settings.load(config: config)
        LoggingSystem.bootstrapForProgram(level: max(settings.logLevel, .warning))
        let report = try await App(settings: settings).status()
        print(report)
        if !report.isComplete { throw ExitCode.failure }
    }
}
