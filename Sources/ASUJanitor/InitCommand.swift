import ASUCore
import ArgumentParser
import Logging

/// `asu-janitor init`: loads the newest version of every enabled branch and its snapshot, and says what it found.
struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Load the newest version and the snapshot of every enabled branch.",
        discussion: """
            Ends with 0 when all of it that upstream has is loaded. Ends with 1 and names the address and the reason when upstream or \
            Redis fails; of what failed the old data stays. asu-janitor update goes on with the older versions.
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
        if !summary.failures.isEmpty { throw ExitCode.failure }
    }
}
