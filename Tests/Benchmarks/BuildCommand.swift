import ArgumentParser

/// `asu-benchmark build`.
struct BuildCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build",
        abstract: "CPU and wall time of a whole job beside make info, make manifest and make image run by hand."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var options: BuildOptions

    func run() async throws {
        let report = try await BuildBenchmark(options: options, programs: common.programs()).run()
        print(report.table)
        try common.write(BenchmarkReport(build: report))
    }
}

/// What `asu-benchmark build` can be told.
struct BuildOptions: ParsableArguments {
    @Option(help: ArgumentHelp("An unpacked genuine ImageBuilder; the sample upstream's if absent.", valueName: "DIR"))
    var tree: String?

    @Option(help: ArgumentHelp("The profile to build.", valueName: "ID"))
    var profile = "tplink_archer-c7-v2"

    @Option(
        help: ArgumentHelp(
            "Packages, separated by spaces; '-NAME' removes one. Default: 'vim -ppp -ppp-mod-pppoe', of the sample 'luci'.",
            valueName: "LIST"
        )
    )
    var packages: String?

    @Option(help: ArgumentHelp("Warm builds, each beside the commands by hand.", valueName: "N"))
    var builds = 3

    var packageNames: [String] {
        (packages ?? (tree == nil ? "luci" : "vim -ppp -ppp-mod-pppoe")).split(separator: " ").map(String.init)
    }

    func validate() throws {
        guard (1...1000).contains(builds) else { throw ValidationError("--builds takes a number from 1 to 1000.") }
    }
}
