import ASUCore
import ASUTestSupport

/// Settings for tests.
enum SampleSettings {
    static func read(_ toml: String? = nil, environment: [String: String] = [:]) throws -> Settings {
        guard let toml else { return try Settings(file: nil, environment: environment) }
        let folder = try TemporaryDirectory("settings")
        return try Settings(file: try folder.write(toml, to: "asu.toml"), environment: environment)
    }

    /// The error of a file, with `FILE` for its path.
    static func problem(_ toml: String? = nil, environment: [String: String] = [:]) throws -> String? {
        let folder = try TemporaryDirectory("settings")
        let file = try toml.map { try folder.write($0, to: "asu.toml") }
        do {
            _ = try Settings(file: file, environment: environment)
            return nil
        } catch {
            return error.description.split(separator: "\(folder.path)/asu.toml", omittingEmptySubsequences: false)
                .joined(separator: "FILE")
        }
    }
}
