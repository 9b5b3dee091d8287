/// A file or text of the ImageBuilder that does not say what it should.
package struct BuildOutputError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong with it.
    package enum Code: String, Sendable, Hashable {
        /// Not the expected form.
        case malformed
        /// Well formed, but without a single profile.
        case noProfiles
        /// The profile that was built is not in it.
        case profileMissing
    }

    /// What is wrong.
    package let code: Code
    /// Which text: `make info`, `manifest` or `profiles.json`.
    package let source: String
    /// What was expected and found.
    package let reason: String

    init(_ code: Code, _ source: String, _ reason: String) {
        self.code = code
        self.source = source
        self.reason = reason
    }

    /// Source and reason in one line.
    package var description: String { "reading \(source) failed: \(reason)" }
}
