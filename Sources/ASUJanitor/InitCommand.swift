import ASUCore
import ArgumentParser
import Logging

/// `asu-janitor init`: loads the newest version of every enabled branch and says what it found.
struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Load the newest version of every enabled branch.",
        discussion: """
            Ends with 0 when the catalog was replaced. Ends with 1, names the address and the reason, and leaves the \
            old catalog as it was when upstream or Redis fails.
            """
    )

    @Option(help: ArgumentHelp("Settings file; asu.toml in the working folder if there is one.", valueName: "FILE"))
    var config: String?

    @Flag(help: "Print the settings in force, secrets hidden, and end.")
    var checkConfig = false

    func run() async throws {
        let settings = try Settings.load(config: config)
        guard !checkConfig else {
            print(settings.listing)
            return
        }
        LoggingSystem.bootstrapForProgram(level: settings.logLevel)
        let summary = try await App(settings: settings).initialize()
        print(summary)
    }
}
