/// A `Content-Range` field of a 206: `bytes <start>-<end>/<total or *>` (RFC 9110, 14.4).
struct ContentRange: Equatable {
    let start: Int64
    let end: Int64
    let total: Int64?

    init?(_ text: String) {
        guard text.utf8.count <= 80, text.lowercased().hasPrefix("bytes ") else { return nil }
        let halves = text.dropFirst(6).split(separator: "/", omittingEmptySubsequences: false)
        guard halves.count == 2 else { return nil }
        let bounds = halves[0].split(separator: "-", omittingEmptySubsequences: false)
        guard bounds.count == 2, let start = Int64(bounds[0]), let end = Int64(bounds[1]), 0 <= start, start <= end
        else { return nil }
        if halves[1] == "*" {
            total = nil
        } else {
            guard let length = Int64(halves[1]), length > end else { return nil }
            total = length
        }
        self.start = start
        self.end = end
    }
}
