import ASUCore

/// Packages that nobody offers, with those that may have been meant.
struct UnknownPackages: Error {
    /// In the order asked for.
    let names: [PackageName]
    /// Nearest known names, for those that resemble any.
    let suggestions: [(name: PackageName, known: [String])]

    /// The refusal without the suggestions.
    var refusal: RequestRefusal { .unknownPackages(names) }
}
