internal import Foundation

/// Upstream's `.targets.json`: the targets of a version with their architectures.
package struct TargetsIndex: Sendable {
    package let architectures: [Target: String]

    /// - Throws: ``UpstreamError`` `.malformed` if `json` isn't such a file or names no target.
    package init(json: [UInt8], url: String) throws(UpstreamError) {
        let document: [String: String]
        do {
            document = try JSONDecoder().decode([String: String].self, from: Data(json))
        } catch {
            throw UpstreamError(.malformed, url: url, reason: "expected JSON {target: architecture}: \(error)")
        }
        var architectures: [Target: String] = [:]
        for (name, architecture) in document.prefix(10_000) {
            guard let target = Target(name), Self.isArchitecture(architecture) else { continue }
            architectures[target] = architecture
        }
        guard !architectures.isEmpty else {
            throw UpstreamError(.malformed, url: url, reason: "names no target")
        }
        self.architectures = architectures
    }

    /// The names in a JSON list of targets, which OpenWrt's server makes of a folder when asked `?json-targets`.
    ///
    /// - Returns: Targets and single folders in the list's order, each once; anything else is left out.
    /// - Throws: ``UpstreamError`` `.malformed` if `json` isn't such a list.
    package static func names(json: [UInt8], url: String) throws(UpstreamError) -> [String] {
        let names: [String]
        do {
            names = try JSONDecoder().decode([String].self, from: Data(json))
        } catch {
            throw UpstreamError(.malformed, url: url, reason: "expected a JSON list of targets: \(error)")
        }
        var known = Set<String>()
        return names.prefix(10_000).filter {
            (Target($0) != nil || FolderListing.isFolderName($0)) && known.insert($0).inserted
        }
    }

    /// Whether `text` can be an architecture: 1 to 64 characters of `A-Za-z0-9._-`, as `aarch64_cortex-a53`.
    package static func isArchitecture(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count) && ASCIISet.name.contains(allOf: text) && !text.hasPrefix(".")
    }
}
