import ASUCore

/// A pristine, prepared ImageBuilder on this host's disk.
///
/// It stays there for as long as this value lives.
struct ImageBuilderTree: Sendable {
    /// The folder that holds `tree/` and `large/`; read-only for builds.
    let home: String
    let archive: ImageBuilderArchive
    let info: ImageBuilderInfo
    let format: PackageFormat
    /// The text of its list of feeds.
    let repositories: String
    /// Keeps the tree from being removed meanwhile.
    private let lock: FileLock

    init(
        home: String,
        archive: ImageBuilderArchive,
        info: ImageBuilderInfo,
        format: PackageFormat,
        repositories: String,
        lock: FileLock
    ) {
        self.home = home
        self.archive = archive
        self.info = info
        self.format = format
        self.repositories = repositories
        self.lock = lock
    }
}
