/// A data file of package changes or branches that can't be used; stops the start.
package struct PackageTablesError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: Sendable {
        /// The file is no TOML.
        case notTOML
        /// A key that no entry has.
        case unknownKey
        /// A key that every such entry must have.
        case missingKey
        /// A value of the wrong type, or outside what is allowed.
        case badValue
        /// Two things that exclude each other.
        case conflict
    }

    package let code: Code
    /// The data file's name.
    package let file: String
    /// Which entry, `fixup 3`; empty for the file as a whole.
    package let entry: String
    /// What is wrong with it, what was expected.
    package let problem: String

    package init(_ code: Code, file: String, entry: String, problem: String) {
        self.code = code
        self.file = file
        self.entry = entry
        self.problem = problem
    }

    package var description: String { "\(file): \(entry.isEmpty ? "" : entry + ": ")\(problem)" }
}
