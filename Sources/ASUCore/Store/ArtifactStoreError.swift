/// The artifact store couldn't keep or remove files.
package struct ArtifactStoreError: Error, Sendable, CustomStringConvertible {
    package enum Code: Sendable {
        case diskFull
        case failed
    }

    package let code: Code
    package let path: String
    package let reason: String

    package init(_ code: Code, path: String, reason: String) {
        self.code = code
        self.path = path
        self.reason = reason
    }

    package var description: String { "artifact store: \(path): \(reason)" }
}
