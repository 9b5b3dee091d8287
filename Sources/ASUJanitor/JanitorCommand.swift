import ArgumentParser

/// `asu-janitor`: keeps the catalog of versions, targets, profiles and packages.
@main
struct JanitorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "asu-janitor",
        abstract: "Loads upstream's versions, targets, profiles and package indexes into the catalog in Redis.",
        subcommands: [InitCommand.self, UpdateCommand.self, StatusCommand.self]
    )
}
