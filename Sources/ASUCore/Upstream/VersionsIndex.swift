internal import Foundation

/// Upstream's `.versions.json`: which releases there are.
package struct VersionsIndex: Sendable {
    package let versions: [Version]
    package let stable: Version?
    package let oldstable: Version?
    /// Absent where upstream writes an empty text.
    package let upcoming: Version?

    private struct Document: Decodable {
        var versions_list: [String]
        var stable_version: String?
        var oldstable_version: String?
        var upcoming_version: String?
    }

    /// - Throws: ``UpstreamError`` `.malformed` if `json` isn't such a file.
    package init(json: [UInt8], url: String) throws(UpstreamError) {
        let document: Document
        do {
            document = try JSONDecoder().decode(Document.self, from: Data(json))
        } catch {
            throw UpstreamError(.malformed, url: url, reason: "expected JSON with \"versions_list\": \(error)")
        }
        upcoming = document.upcoming_version.flatMap { Version($0) }
        stable = document.stable_version.flatMap { Version($0) }
        oldstable = document.oldstable_version.flatMap { Version($0) }
        let listed = document.versions_list.prefix(10_000).compactMap { Version($0) }
        versions = Set(listed + [upcoming, stable, oldstable].compactMap { $0 }).sorted(by: >)
    }
}
