/// An ImageBuilder couldn't be set up.
struct ImageBuilderError: Error, CustomStringConvertible {
    enum Code: Sendable {
        /// Upstream doesn't answer or has no such file; worth a retry.
        case upstream
        /// A signature or a hash is wrong; nothing of it is used.
        case untrusted
        /// The archive or the tree isn't what it must be.
        case malformed
        /// The disk of this host.
        case disk
    }

    let code: Code
    let reason: String

    init(_ code: Code, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    var description: String { "ImageBuilder: \(reason)" }
}
