/// A list of entity tags as `If-None-Match` and `If-Range` carry it (RFC 9110, section 8.8.3).
enum EntityTags {
    /// Whether `header` lists `etag` or is `*`, by weak comparison.
    static func matches(_ header: String, _ etag: String) -> Bool {
        header.split(separator: ",").contains { entry in
            let tag = entry.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()
            let text = String(tag)
            return text == "*" || text == etag || (text.hasPrefix("W/") && text.dropFirst(2) == etag)
        }
    }
}
