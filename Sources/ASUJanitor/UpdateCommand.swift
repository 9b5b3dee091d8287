import ASUCore
import ArgumentParser
import Foundation
import Logging

/// `asu-janitor update`: brings the catalog up to what upstream has, once or on a timer.
struct UpdateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update",
        abstract: "Bring the catalog up to what upstream has: once, or every --interval.",
        discussion: """
            Asks upstream only for what can have changed. Loads every version of the enabled branches, the newest \
            first; a finished release is loaded once. What can't be read is named and its old data stays.

            Run once it says nothing if all went well. It ends with 0 when the catalog is up to date, with 1 when \
            something failed, with 2 when another asu-janitor is at work.
            """
    )

    @Option(help: ArgumentHelp("Settings file; asu.toml in the working folder if there is one.", valueName: "FILE"))
    var config: String?

    @Flag(help: "Print the settings in force, secrets hidden, and end.")
    var checkConfig = false

    @Option(
        help: ArgumentHelp(
            "Go on until SIGTERM, with an update every so often, such as 10m; sooner when a server asks.",
            valueName: "TIME"
        ),
        transform: Self.parseInterval
    )
    var interval: Duration?

    @Option(
        name: .customLong("version"),
        help: ArgumentHelp("Only this version; may be repeated.", valueName: "VERSION"),
        transform: Self.parseVersion
    )
    var versions: [Version] = []

    @Option(
        name: .customLong("target"),
        help: ArgumentHelp("Only this target, such as ath79/generic; may be repeated.", valueName: "TARGET"),
        transform: Self.parseTarget
    )
    var targets: [Target] = []

    @Flag(help: "Say what would change and write nothing.")
    var dryRun = false

    func validate() throws {
        if dryRun, interval != nil { throw ValidationError("--dry-run can't be used with --interval") }
    }

    func run() async throws {
        let settings = try Settings.load(config: config)
        guard !checkConfig else {
            print(settings.listing)
            return
        }
        var scope = RefreshScope()
        scope.versions = versions
        scope.targets = targets
        // Once, for cron, it is quiet.
        LoggingSystem.bootstrapForProgram(level: interval == nil ? max(settings.logLevel, .warning) : settings.logLevel)
        // Its logger must come after that.
        let app = App(settings: settings)
        if let interval { return try await app.keepUpdating(scope, every: interval) }
        if dryRun {
            let summary = try await app.dryRun(scope)
            print(summary)
            if !summary.failures.isEmpty { throw ExitCode.failure }
            return
        }
        do {
            let outcome = try await app.update(scope)
            if outcome.isSuccess { return }
            FileHandle.standardError.write(Data("\(outcome)\n".utf8))
            throw ExitCode.failure
        } catch LockError.held {
            FileHandle.standardError.write(Data("asu-janitor: \(LockError.held)\n".utf8))
            throw ExitCode(2)
        }
    }

    private static func parseInterval(_ text: String) throws -> Duration {
        guard let interval = Duration(setting: text), interval >= .seconds(1), interval <= .seconds(7 * 24 * 3600)
        else {
            throw ValidationError("expected a time from 1s to 7d, such as 10m")
        }
        return interval
    }

    private static func parseVersion(_ text: String) throws -> Version {
        guard let version = Version(text) else {
            throw ValidationError("expected a version such as 24.10.4, 24.10-SNAPSHOT or SNAPSHOT")
        }
        return version
    }

    private static func parseTarget(_ text: String) throws -> Target {
        guard let target = Target(text) else { throw ValidationError("expected a target such as ath79/generic") }
        return target
    }
}
