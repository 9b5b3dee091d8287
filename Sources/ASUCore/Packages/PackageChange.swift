/// A package that was renamed, replaced or dropped on the main branch, as clients are told.
///
/// Encodes to the API's form, `{source, target?, revision, mandatory?}`.
package struct PackageChange: Sendable, Hashable {
    /// The package that an installed system may have.
    package let source: PackageName
    /// What takes its place; `nil` if it is just gone.
    package let target: PackageName?
    /// The commit count of main at which it happened.
    package let revision: Int
    /// Whether a client shouldn't ask its user first.
    package let isMandatory: Bool
    /// For maintainers; not encoded.
    package let reason: String
}

extension PackageChange: Encodable {
    private enum CodingKeys: String, CodingKey {
        case source
        case target
        case revision
        case mandatory
    }

    /// Leaves out `target` if there is none, and `mandatory` unless it is true.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(source.text, forKey: .source)
        try container.encodeIfPresent(target?.text, forKey: .target)
        try container.encode(revision, forKey: .revision)
        if isMandatory { try container.encode(true, forKey: .mandatory) }
    }
}
