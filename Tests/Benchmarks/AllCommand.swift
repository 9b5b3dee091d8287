import ArgumentParser

/// `asu-benchmark`: one after the other.
struct AllCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "all", abstract: "All, one after the other.")

    @OptionGroup var common: CommonOptions
    @OptionGroup var server: ServerOptions
    @OptionGroup var build: BuildOptions

    func run() async throws {
        let programs = try common.programs()
        let server = try await ServerBenchmark(options: server, programs: programs).run()
        print(server.table + "\n")
        let validation = try await ValidationBenchmark(options: self.server, programs: programs).run()
        print(validation.table + "\n")
        let build = try await BuildBenchmark(options: build, programs: programs).run()
        print(build.table)
        try common.write(BenchmarkReport(server: server, validation: validation, build: build))
    }
}
