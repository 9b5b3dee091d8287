import ASUCore

/// The archive that upstream's signed `sha256sums` names for a target.
struct ImageBuilderArchive: Sendable, Equatable {
    let url: String
    let sha256: SHA256Digest

    var fileName: String { String(url.split(separator: "/").last ?? "") }
}
