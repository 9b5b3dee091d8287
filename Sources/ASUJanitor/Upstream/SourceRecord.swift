/// What is remembered of one file of upstream, to ask for it only if it changed.
struct SourceRecord: Codable, Hashable, Sendable {
    /// Entity tag, quotes included.
    var etag: String?
    /// `Last-Modified` as upstream sent it.
    var modified: String?
    /// The text of a small file that is needed again.
    var body: String?
    /// The file's name, where several would do.
    var name: String?
    /// The keys that were trusted when the file was found to be signed by none of them.
    var strangerTo: String?

    /// Of something that upstream doesn't have.
    static let missing = SourceRecord(name: "")

    /// Whether upstream can be asked for changes.
    var hasValidator: Bool { etag != nil || modified != nil }
}
