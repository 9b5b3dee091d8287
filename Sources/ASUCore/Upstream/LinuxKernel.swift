/// The kernel of a target, as `linux_kernel` of profiles.json names it.
package struct LinuxKernel: Sendable, Hashable, Codable {
    package let version: String
    package let release: String
    package let vermagic: String

    /// The name of the folder of its modules.
    package var folder: String { "\(version)-\(release)-\(vermagic)" }

    /// Whether the three parts can stand in a path.
    package var isWellFormed: Bool {
        [version, release, vermagic].allSatisfy {
            (1...64).contains($0.utf8.count) && ASCIISet.name.contains(allOf: $0) && !$0.hasPrefix(".")
        }
    }
}
