import ArgumentParser
import Foundation

/// What all benchmarks can be told.
struct CommonOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Folder of asu-server, asu-worker and asu-janitor; default: this one's.", valueName: "DIR")
    )
    var binaries: String?

    @Option(help: ArgumentHelp("Write the figures as JSON, too.", valueName: "FILE"))
    var json: String?

    func programs() throws -> Programs { try Programs(folder: binaries) }

    func write(_ report: BenchmarkReport) throws {
        guard let json else { return }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try encoder.encode(report).write(to: URL(fileURLWithPath: json))
    }
}

/// The figures of a run, as `--json` writes them.
struct BenchmarkReport: Encodable {
    var server: ServerReport?
    var validation: ValidationReport?
    var build: BuildReport?
}
