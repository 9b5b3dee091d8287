internal import NIOCore

/// The names of the blobs in force: what the catalog's hash in Redis says.
struct CatalogNames: Sendable {
    var generation: Int64 = 0
    var manifests: [Version: String] = [:]
    var feeds: [String: String] = [:]
    /// Fields that should name a blob and don't.
    var malformed: [String] = []

    /// - Parameter fields: The hash, whose other fields are left alone.
    init(_ fields: [String: ByteBuffer]) {
        for (field, value) in fields {
            let text = String(buffer: value)
            if field == CatalogKeys.generationField {
                generation = Int64(text) ?? 0
                continue
            }
            let branch = field.hasPrefix(CatalogKeys.feedsPrefix) ? field.dropFirst(CatalogKeys.feedsPrefix.count) : nil
            let version = Version(field)
            guard branch != nil || version != nil else { continue }
            guard SHA256Digest(hex: text) != nil else {
                malformed.append(field)
                continue
            }
            if let branch { feeds[String(branch)] = text }
            if let version { manifests[version] = text }
        }
    }

    /// Of manifests and feeds.
    var all: Set<String> { Set(manifests.values).union(feeds.values) }
}
