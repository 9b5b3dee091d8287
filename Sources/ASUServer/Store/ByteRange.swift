/// What a `Range` header asks of a file of known size (RFC 9110, section 14).
enum ByteRange: Equatable {
    /// The whole file: no header, one that isn't understood, or several ranges, which need not be honoured.
    case whole
    case part(Range<Int>)
    /// Nothing of it lies within the file: 416.
    case unsatisfiable

    init(header: String?, size: Int) {
        self = .whole
        guard let header, header.prefix(6).lowercased() == "bytes=" else { return }
        let text = header.dropFirst(6).filter { $0 != " " }
        guard !text.contains(","), let dash = text.firstIndex(of: "-") else { return }
        let first = text[..<dash]
        let last = text[text.index(after: dash)...]
        guard (first + last).allSatisfy({ $0.isASCII && $0.isNumber }), first.count < 19, last.count < 19 else {
            return
        }
        if first.isEmpty {
            // The last so many bytes.
            guard let count = Int(last) else { return }
            self = count == 0 || size == 0 ? .unsatisfiable : .part(max(0, size - count)..<size)
            return
        }
        guard let start = Int(first) else { return }
        let end = last.isEmpty ? Int.max - 1 : Int(last) ?? 0
        guard start <= end else { return }
        self = start >= size ? .unsatisfiable : .part(start..<min(end + 1, size))
    }
}
