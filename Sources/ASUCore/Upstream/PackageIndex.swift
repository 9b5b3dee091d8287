/// The packages of one index, whatever its file format was.
package struct PackageIndex: Sendable {
    package struct Entry: Sendable, Hashable {
        /// The name without its ABI suffix, where the index tells it.
        package var name: String
        package var version: String
        /// Other names that this package answers to: virtual ones, and its own with the ABI suffix.
        package var provides: [String]
    }

    package var entries: [Entry]
    /// Whether the file format says what packages provide.
    ///
    /// apk's `index.json` doesn't.
    package var knowsProvides: Bool
    /// How many stanzas were left out because their name or version isn't well formed.
    package var skipped = 0

    package init(entries: [Entry], knowsProvides: Bool) {
        self.entries = entries
        self.knowsProvides = knowsProvides
    }
}
