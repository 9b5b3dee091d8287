import ArgumentParser

/// `asu-benchmark`: one after the other.
struct AllCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "all", abstract: "Both, one after the other.")

    @OptionGroup var common: CommonOptions
    @OptionGroup var server: ServerOptions
    @OptionGroup var build: BuildOptions

    func run() async throws {
        let programs = try common.programs()
        let server = try await ServerBenchmark(options: server, programs: programs).run()
        print(server.table + "\n")
        let build = try await BuildBenchmark(options: build, programs: programs).run()
        print(build.table)
        try common.write(BenchmarkReport(server: server, build: build))
    }
}
