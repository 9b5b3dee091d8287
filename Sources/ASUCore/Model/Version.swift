/// A version of the distribution: a release (`23.05.5`, `25.12.0-rc2`), a branch's snapshot (`24.10-SNAPSHOT`) or
/// `SNAPSHOT`.
///
/// 1 to 64 characters of `A-Za-z0-9._-`, not beginning with a dot or a dash.
package struct Version: Sendable, Hashable, Comparable, CustomStringConvertible {
    package static let maxLength = 64
    package static let snapshotName = "SNAPSHOT"

    package let text: String

    /// - Returns: `nil` if `text` is not a well-formed version.
    package init?(_ text: some StringProtocol) {
        guard let first = text.utf8.first, text.utf8.count <= Self.maxLength,
            ASCIISet.alphanumerics.contains(first), ASCIISet.name.contains(allOf: text)
        else { return nil }
        self.text = String(text)
    }

    package var description: String { text }

    /// Whether this is `SNAPSHOT` or `<branch>-SNAPSHOT`, whose files change day by day.
    package var isSnapshot: Bool { text == Self.snapshotName || text.hasSuffix("-" + Self.snapshotName) }

    /// Whether this is a release candidate.
    package var isCandidate: Bool { text.contains("-rc") }

    /// The branch by name: `24.10-SNAPSHOT` and `24.10.4` and `24.10.0-rc1` belong to `24.10`, `SNAPSHOT` to itself.
    package var branchName: String {
        if text == Self.snapshotName { return text }
        if text.hasSuffix("-" + Self.snapshotName) { return String(text.dropLast(Self.snapshotName.count + 1)) }
        guard let lastDot = text.lastIndex(of: ".") else { return text }
        return String(text[..<lastDot])
    }

    /// Older before newer: numbers by value, a release candidate before its release, snapshots after all releases.
    package static func < (left: Version, right: Version) -> Bool {
        if left.isSnapshot != right.isSnapshot { return right.isSnapshot }
        let (leftKey, rightKey) = (left.sortKey, right.sortKey)
        for index in 0..<max(leftKey.count, rightKey.count) {
            // A missing part ends a plain release, which is newer than its candidates (negative) and older than a
            // further point release.
            let one = index < leftKey.count ? leftKey[index] : 0
            let two = index < rightKey.count ? rightKey[index] : 0
            if one != two { return one < two }
        }
        return left.text < right.text
    }

    private var sortKey: [Int] {
        if text == Self.snapshotName { return [Int.max] }
        let candidate = text.firstRange(of: "-rc")
        let numbers = (candidate.map { text[..<$0.lowerBound] } ?? text[...])
            .split { $0 == "." || $0 == "-" }.map { Int($0) ?? 0 }
        guard let candidate else { return numbers }
        return numbers + [-1000 + (Int(text[candidate.upperBound...].prefix(3)) ?? 0)]
    }
}
