/// Why a build gave no image, and whose doing that is.
package enum BuildFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// The request cannot be built as it is; the failure is the job's outcome and may be cached.
    case user(UserError)
    /// The feeds could not be read or disagree with the ImageBuilder: worth a retry.
    case upstream(message: String)
    /// This host or its limits failed: worth a retry, perhaps elsewhere.
    case infrastructure(message: String)

    /// A failure that only another request can avoid.
    package struct UserError: Sendable, Hashable {
        /// What is wrong with the request.
        package enum Kind: String, Sendable, Hashable {
            /// Packages that do not exist, or need what does not exist.
            case missingPackages
            /// Packages that cannot be installed together.
            case conflictingPackages
            /// The selection does not fit the device or the root partition.
            case imageTooBig
            /// The ImageBuilder has no such profile.
            case unknownProfile
            /// A package's own install script failed.
            case packageScript
            /// The ImageBuilder failed in a way that has no name here.
            case unclassified
        }

        /// What is wrong.
        package let kind: Kind
        /// One sentence for the client, in the words users search for.
        package let message: String
        /// The packages to blame, sorted; empty if none is known.
        package let packages: [String]

        /// Makes an error; `packages` are sorted and made unique.
        package init(_ kind: Kind, _ message: String, packages: some Sequence<String> = []) {
            self.kind = kind
            self.message = message
            self.packages = Set(packages).sorted()
        }
    }

    /// Whether the same job may succeed when it is run again.
    package var isWorthRetrying: Bool {
        if case .user = self { false } else { true }
    }

    /// The sentence for the client.
    package var message: String {
        switch self {
        case .user(let error): error.message
        case .upstream(let message), .infrastructure(let message): message
        }
    }

    /// Who is to blame, and the message.
    package var description: String {
        switch self {
        case .user(let error): "the request cannot be built: \(error.message)"
        case .upstream(let message): "upstream failed: \(message)"
        case .infrastructure(let message): "this host failed: \(message)"
        }
    }
}
