/// What upstream's `.versions.json` calls its releases.
package struct ReleaseNames: Sendable, Hashable, Codable {
    package var stable: String?
    package var oldstable: String?
    package var upcoming: String?

    package init(stable: String? = nil, oldstable: String? = nil, upcoming: String? = nil) {
        self.stable = stable
        self.oldstable = oldstable
        self.upcoming = upcoming
    }

    package init(_ index: VersionsIndex) {
        self.init(stable: index.stable?.text, oldstable: index.oldstable?.text, upcoming: index.upcoming?.text)
    }

    /// All that are named, upcoming first.
    package var all: [Version] { [upcoming, stable, oldstable].compactMap { $0.flatMap { Version($0) } } }
}
