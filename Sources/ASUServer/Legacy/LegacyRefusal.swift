import ASUCore
import HTTPTypes

/// A refusal of the API of 2020: a status word besides the HTTP status, and a message that its clients show.
struct LegacyRefusal: Error {
    let status: HTTPResponse.Status
    let word: String
    let message: String
    /// Names for a header.
    var unknownPackages: [PackageName] = []

    init(_ status: HTTPResponse.Status, word: String, _ message: String, unknownPackages: [PackageName] = []) {
        self.status = status
        self.word = word
        self.message = message
        self.unknownPackages = unknownPackages
    }

    /// The refusal that an error of today's way of a request means.
    init?(_ error: any Error) {
        switch error {
        case let refusal as LegacyRefusal:
            self = refusal
        case let error as ValidationError:
            let isPackages = error.problems.first?.location.first == "packages"
            self.init(
                isPackages ? .unprocessableContent : .badRequest,
                word: isPackages ? "bad_packages" : "bad_request",
                error.description
            )
        case let error as UnknownPackages:
            self.init(error.refusal)
        case let refusal as RequestRefusal:
            self.init(refusal)
        default:
            return nil
        }
    }

    private init(_ refusal: RequestRefusal) {
        switch refusal {
        case .unsupportedBranch, .unsupportedVersion, .outdatedRevision:
            self.init(.badRequest, word: "bad_version", refusal.description)
        case .unsupportedProfile:
            self.init(.badRequest, word: "bad_profile", refusal.description)
        case .unknownPackages(let names):
            self.init(.unprocessableContent, word: "bad_packages", refusal.description, unknownPackages: names)
        case .outdatedPackage(let name, _, _):
            self.init(.unprocessableContent, word: "bad_packages", refusal.description, unknownPackages: [name])
        case .unsupportedTarget, .defaultsNotEnabled, .repositoryNotAllowed:
            self.init(.badRequest, word: "bad_request", refusal.description)
        }
    }
}
