import ASUCore
import ArgumentParser
import Logging

/// `asu-server`: answers routers, browsers and people.
struct ServerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "asu-server",
        abstract: "Answers sysupgrade requests: validates, enqueues, serves results and images.",
        discussion: """
            Settings come from the environment, over the file, over defaults; --check-config prints them. The server \
            needs Redis and the artifact store; builds are done by asu-worker, the catalog is filled by asu-janitor.
            """
    )

    @Option(help: ArgumentHelp("Settings file; asu.toml in the working folder if there is one.", valueName: "FILE"))
    var config: String?

    @Option(help: ArgumentHelp("Address to listen on; every IPv6 and IPv4 address by default.", valueName: "ADDRESS"))
    var hostname = ListenAddress.every

    @Option(help: ArgumentHelp("Port to listen on; 0 takes a free one and prints it.", valueName: "PORT"))
    var port = 8000

    @Flag(help: "Print the settings in force, secrets hidden, and end.")
    var checkConfig = false

    func validate() throws {
        guard (0...65_535).contains(port) else {
            throw ArgumentParser.ValidationError("--port takes a number from 0 to 65535.")
        }
    }

    func run() async throws {
        let settings = try Settings.load(config: config)
        guard !checkConfig else {
            print(settings.listing)
            return
        }
        LoggingSystem.bootstrapForProgram(level: settings.logLevel)
        try await App(settings: settings, hostname: hostname, port: port).run()
    }
}
