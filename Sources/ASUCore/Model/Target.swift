/// A target and its subtarget, `ath79/generic`: two parts of `A-Za-z0-9_-`, at most 64 characters each.
package struct Target: Sendable, Hashable, Comparable, CustomStringConvertible {
    package static let maxPartLength = 64

    package let name: String
    package let subtarget: String

    /// - Returns: `nil` if `text` is not two well-formed parts around one slash.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2,
            parts.allSatisfy({
                (1...Self.maxPartLength).contains($0.utf8.count) && ASCIISet.target.contains(allOf: $0)
            })
        else { return nil }
        name = String(parts[0])
        subtarget = String(parts[1])
    }

    package var description: String { "\(name)/\(subtarget)" }

    package static func < (left: Target, right: Target) -> Bool { left.description < right.description }
}
