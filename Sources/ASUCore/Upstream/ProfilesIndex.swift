internal import Foundation

/// Upstream's `profiles.json` of one target, as far as building needs it.
package struct ProfilesIndex: Sendable {
    package let architecture: String?
    /// The target's revision, `r28959-29397011cc`; empty if upstream names none that is well formed.
    package let revision: String
    package let kernel: LinuxKernel?
    /// Every profile's id with its aliases.
    package let profiles: [ProfileName: [ProfileName]]

    private struct Document: Decodable {
        struct Profile: Decodable {
            var supported_devices: [String]?
        }

        var arch_packages: String?
        var version_code: String?
        var linux_kernel: LinuxKernel?
        var profiles: [String: Profile]
    }

    /// - Throws: ``UpstreamError`` `.malformed` if `json` isn't such a file.
    package init(json: [UInt8], url: String) throws(UpstreamError) {
        let document: Document
        do {
            document = try JSONDecoder().decode(Document.self, from: Data(json))
        } catch {
            throw UpstreamError(.malformed, url: url, reason: "expected a profiles.json: \(error)")
        }
        architecture = document.arch_packages
        revision = document.version_code.flatMap { Self.isRevision($0) ? $0 : nil } ?? ""
        kernel = document.linux_kernel.flatMap { $0.isWellFormed ? $0 : nil }
        var profiles: [ProfileName: [ProfileName]] = [:]
        // Two ids may be one name, as `a,b` and `a_b` are: then it has the aliases of both, in an order that stays.
        for (id, profile) in document.profiles.sorted(by: { $0.key < $1.key }) {
            guard let name = ProfileName(id) else { continue }
            profiles[name, default: []] += (profile.supported_devices ?? []).compactMap { ProfileName($0) }
        }
        self.profiles = profiles
    }

    /// Whether `text` can be a revision: 1 to 64 characters of `A-Za-z0-9._+-`; trees with commits of their own write
    /// `r28959+3-29397011cc`.
    package static func isRevision(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count) && ASCIISet.package.contains(allOf: text)
    }
}
