/// The bounds within which a ``BuildRequest`` is well formed.
package struct RequestLimits: Sendable, Hashable {
    /// The longest first-boot script, in bytes of UTF-8.
    package var maxDefaultsLength: Int
    package var maxRootfsSizeMB: Int
    package var maxPackages = 1000
    package var maxRepositories = 16
    package var maxRepositoryKeys = 16

    package init(maxDefaultsLength: Int, maxRootfsSizeMB: Int) {
        self.maxDefaultsLength = maxDefaultsLength
        self.maxRootfsSizeMB = maxRootfsSizeMB
    }

    /// What no setting can exceed: the bounds for a request that a server has already admitted.
    package static let admitted = RequestLimits(maxDefaultsLength: 1 << 20, maxRootfsSizeMB: 1 << 20)
}
