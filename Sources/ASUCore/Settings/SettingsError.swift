/// A setting that can't be used; stops the start.
package struct SettingsError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Where the value stands: the file's path, or the environment variable.
    package let source: String
    package let key: String
    /// What is wrong, what was expected, and what to do.
    package let problem: String

    package init(source: String, key: String, problem: String) {
        self.source = source
        self.key = key
        self.problem = problem
    }

    package var description: String { "\(source): \(key.isEmpty ? "" : key + ": ")\(problem)" }
}
