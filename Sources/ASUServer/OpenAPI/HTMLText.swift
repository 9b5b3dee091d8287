/// Text made fit for HTML.
enum HTMLText {
    /// Escapes all that means something in an element or in a quoted attribute.
    static func escape(_ text: String) -> String {
        var escaped = ""
        escaped.reserveCapacity(text.utf8.count)
        for character in text {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.append(character)
            }
        }
        return escaped
    }

    static func code(_ text: String) -> String { "<code>\(escape(text))</code>" }

    /// The document's plain form of Markdown: what stands between backticks is code.
    static func inline(_ text: String) -> String {
        text.split(separator: "`", omittingEmptySubsequences: false).enumerated()
            .map { $0.offset.isMultiple(of: 2) ? escape(String($0.element)) : code(String($0.element)) }.joined()
    }

    /// The same in paragraphs, which empty lines part.
    static func paragraphs(_ text: String) -> String {
        text.split(separator: "\n\n").map { "<p>\(inline(String($0)))</p>\n" }.joined()
    }
}
