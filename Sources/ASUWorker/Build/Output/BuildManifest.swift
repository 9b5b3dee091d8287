internal import ASUCore
internal import Foundation

/// The packages of a built image, by name without ABI suffix.
package struct BuildManifest: Sendable, Hashable {
    /// Version by package name.
    package let versions: [String: String]

    /// Most packages that an image can have; a longer list is refused.
    package static let maximumCount = 20_000

    /// Reads `name - version` lines, as `list-installed`, `make manifest` and the `.manifest` file have them.
    ///
    /// - Throws: ``BuildOutputError`` `.malformed` at a line of another form, an empty list, or too many lines.
    package init(lines text: String) throws(BuildOutputError) {
        var versions: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline) where !line.allSatisfy(\.isWhitespace) {
            guard let dash = line.firstRange(of: " - ") else {
                throw BuildOutputError(.malformed, "manifest", "expected \"name - version\", found \(line.prefix(80))")
            }
            // opkg appends the size in some versions: "name - version - size".
            let version = line[dash.upperBound...].prefix { $0 != " " }
            versions[String(line[..<dash.lowerBound])] = String(version)
        }
        self = try BuildManifest(checked: versions)
    }

    /// Reads the JSON that `apk query --format json --fields name,version,tags` prints, and takes the ABI suffix that
    /// the tag `openwrt:abiversion=` names off each name.
    ///
    /// - Throws: ``BuildOutputError`` `.malformed` if it is something else.
    package init(apkQuery json: [UInt8]) throws(BuildOutputError) {
        let value: JSONValue
        do {
            value = try JSONDecoder().decode(JSONValue.self, from: Data(json))
        } catch {
            throw BuildOutputError(.malformed, "manifest", "expected apk's JSON: \(error)")
        }
        var versions: [String: String] = [:]
        for package in value.array ?? value.object?["packages"]?.array ?? [] {
            guard let name = package.object?["name"]?.string, let version = package.object?["version"]?.string else {
                continue
            }
            let tags = package.object?["tags"]?.array?.compactMap(\.string) ?? []
            let prefix = "openwrt:abiversion="
            let suffix = tags.first { $0.hasPrefix(prefix) }.map { $0.dropFirst(prefix.count) } ?? ""
            let bare = !suffix.isEmpty && name.hasSuffix(suffix) ? name.dropLast(suffix.count) : name[...]
            versions[String(bare)] = version
        }
        self = try BuildManifest(checked: versions)
    }

    private init(checked versions: [String: String]) throws(BuildOutputError) {
        guard !versions.isEmpty, versions.count <= Self.maximumCount else {
            throw BuildOutputError(
                .malformed,
                "manifest",
                "expected 1 to \(Self.maximumCount) packages, found \(versions.count)"
            )
        }
        self.versions = versions
    }
}
