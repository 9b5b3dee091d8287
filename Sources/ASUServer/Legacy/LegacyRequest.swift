import ASUCore
import Foundation
import HTTPTypes
import NIOCore

/// The body of `POST /api/build`, the API of 2020: a version, a profile, perhaps packages, seldom a target.
struct LegacyRequest: Sendable {
    let version: Version
    let profile: ProfileName
    /// Absent in everything that was written before April 2020.
    let target: Target?
    let packages: [String]
    let diffPackages: Bool

    private struct Body: Decodable {
        var distro: String?
        var version: String?
        var profile: String?
        var target: String?
        var packages: Names?
        var diffPackages: Bool?

        enum CodingKeys: String, CodingKey {
            case distro
            case version
            case profile
            case target
            case packages
            case diffPackages = "diff_packages"
        }
    }

    /// A list of names, or something else.
    private struct Names: Decodable {
        let list: [String]?

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            list = try? container.decode([String].self)
        }
    }

    /// Names that its clients send as packages though no feed lists them.
    private static let ignored: Set<String> = ["kernel", "libc", "libgcc"]

    /// - Throws: ``LegacyRefusal`` in the words of that API.
    init(json: ByteBuffer) throws(LegacyRefusal) {
        let body: Body
        do {
            body = try JSONDecoder().decode(Body.self, from: Data(json.readableBytesView))
        } catch {
            throw LegacyRefusal(
                .badRequest,
                word: "bad_request",
                "The body is not a JSON object with the fields of a build"
            )
        }
        if let distro = body.distro, distro != BuildRequest.distro {
            throw LegacyRefusal(.badRequest, word: "bad_distro", "Unsupported distro: \(ValidationError.quote(distro))")
        }
        guard let versionText = body.version, !versionText.isEmpty else {
            throw LegacyRefusal(.badRequest, word: "bad_request", "Missing version")
        }
        guard let profileText = body.profile, !profileText.isEmpty else {
            throw LegacyRefusal(.badRequest, word: "bad_request", "Missing profile")
        }
        // LuCI of 2020 asks for what /api/versions calls it, in lower case.
        let isSnapshot = versionText.suffix(Version.snapshotName.count).uppercased() == Version.snapshotName
        guard let version = Version(isSnapshot ? versionText.uppercased() : versionText) else {
            throw LegacyRefusal(
                .badRequest,
                word: "bad_version",
                "Unsupported version: \(ValidationError.quote(versionText))"
            )
        }
        guard let profile = ProfileName(profileText) else {
            throw LegacyRefusal(
                .badRequest,
                word: "bad_profile",
                "Unsupported profile: \(ValidationError.quote(profileText))"
            )
        }
        if let text = body.target, !text.isEmpty {
            guard let target = Target(text) else {
                throw LegacyRefusal(
                    .badRequest,
                    word: "bad_request",
                    "Unsupported target: \(ValidationError.quote(text))"
                )
            }
            self.target = target
        } else {
            target = nil
        }
        self.version = version
        self.profile = profile
        packages = try Self.packages(body.packages)
        diffPackages = body.diffPackages ?? false
    }

    private static func packages(_ names: Names?) throws(LegacyRefusal) -> [String] {
        guard let names else { return [] }
        guard let list = names.list else {
            throw LegacyRefusal(
                .unprocessableContent,
                word: "bad_packages",
                "Unsupported package(s): not a list of names"
            )
        }
        return list.filter { !ignored.contains($0) }
    }

    /// The same request in today's form.
    ///
    /// - Parameters:
    ///   - target: The target, found if it wasn't given.
    ///   - client: Who asks.
    /// - Returns: A body as the v1 API takes it.
    func body(target: Target, client: String) -> BuildRequestBody {
        var body = BuildRequestBody(
            version: version.text,
            target: target.description,
            profile: profile.text,
            packages: packages
        )
        body.diffPackages = diffPackages
        body.client = client
        return body
    }
}
