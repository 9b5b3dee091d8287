/// The catalog in Redis couldn't be read or written.
package struct CatalogError: Error, Sendable, CustomStringConvertible {
    package enum Code: Sendable {
        /// A manifest or blob isn't what it should be.
        case malformed
        /// A blob that a manifest names isn't there (any more); reload and try again.
        case missingBlob
        /// Someone else wrote the catalog meanwhile.
        case lockLost
    }

    package let code: Code
    package let reason: String

    package init(_ code: Code, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    package var description: String { "catalog: \(reason)" }
}
