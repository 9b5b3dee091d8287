import ASUCore
import ArgumentParser
import Logging

/// `asu-worker`: builds images.
@main
struct WorkerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "asu-worker",
        abstract: "Claims jobs, sets up ImageBuilders, builds images in a sandbox and publishes them.",
        discussion: """
            Settings come from the environment, over the file, over defaults; --check-config prints them. Start as many \
            workers on as many hosts as builds are to run at once: each builds one image at a time. They share Redis \
            and the artifact store; workers of one host share its ImageBuilders and packages.
            """
    )

    @Option(help: ArgumentHelp("Settings file; asu.toml in the working folder if there is one.", valueName: "FILE"))
    var config: String?

    @Flag(help: "End after one job.")
    var once = false

    @Flag(help: "Print the settings in force, secrets hidden, and end.")
    var checkConfig = false

    func run() async throws {
        let settings = try Settings.load(config: config)
        guard !checkConfig else {
            print(settings.listing)
            return
        }
        LoggingSystem.bootstrapForProgram(level: settings.logLevel)
        try await App(settings: settings, once: once).run()
    }
}
