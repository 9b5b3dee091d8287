/// An extra package repository that a request names.
package struct Repository: Sendable, Hashable {
    package static let maxNameLength = 64

    /// 1 to 64 characters of `A-Za-z0-9._-`; the feed's name in opkg's configuration.
    package let name: String
    package let url: RepositoryURL

    /// - Returns: `nil` if the name is not well formed.
    package init?(name: String, url: RepositoryURL) {
        guard let first = name.utf8.first, name.utf8.count <= Self.maxNameLength,
            ASCIISet.alphanumerics.contains(first), ASCIISet.name.contains(allOf: name)
        else { return nil }
        self.name = name
        self.url = url
    }

    /// How extra repositories meet those of the distribution.
    package enum Mode: String, Sendable, Hashable, CaseIterable, Codable {
        case append
        case replace
    }
}
