import ArgumentParser

/// `asu-benchmark validate`.
struct ValidateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "CPU that parsing and validating a request takes, measured in this process."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var options: ServerOptions

    func run() async throws {
        let report = try await ValidationBenchmark(options: options, programs: common.programs()).run()
        print(report.table)
        try common.write(BenchmarkReport(validation: report))
    }
}
