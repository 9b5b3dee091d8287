/// One entry of a request's `packages`: a package to install, or with a leading `-` one to leave out.
package struct PackageSelection: Sendable, Hashable, CustomStringConvertible {
    package let name: PackageName
    package let isRemoval: Bool

    package init(name: PackageName, isRemoval: Bool = false) {
        self.name = name
        self.isRemoval = isRemoval
    }

    /// Parses `name`, `+name` (the plus is dropped) or `-name`; doubled signs collapse.
    ///
    /// - Returns: `nil` if what follows the sign is no ``PackageName``.
    package init?(_ text: some StringProtocol) {
        let sign = text.utf8.first
        let isRemoval = sign == UInt8(ascii: "-")
        let bare = text.drop { isRemoval ? $0 == "-" : $0 == "+" }
        guard let name = PackageName(bare) else { return nil }
        self.init(name: name, isRemoval: isRemoval)
    }

    /// The form that the ImageBuilder's `PACKAGES` takes.
    package var description: String { isRemoval ? "-\(name)" : name.text }
}
