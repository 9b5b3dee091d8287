/// What a folder or file of the artifact store may be called.
package enum ArtifactName {
    package static let maxLength = 255
    private static let characters = ASCIISet(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._+,~-=@:"
    )

    /// Whether `name` is one plain part of a path: 1 to 255 characters, no slash, not beginning with a dot.
    package static func isValid(_ name: String) -> Bool {
        (1...maxLength).contains(name.utf8.count) && !name.hasPrefix(".") && characters.contains(allOf: name)
    }
}
