import Foundation

/// A pattern of the document, matched as JSON Schema has it: anywhere unless it is anchored.
struct Pattern {
    private let expression: NSRegularExpression?

    init(_ text: String) {
        // There `$` is the very end; here it would be before a last newline too.
        let ending = text.hasSuffix("$") ? text.dropLast() + "\\z" : text[...]
        expression = try? NSRegularExpression(pattern: String(ending))
    }

    /// `false` for a pattern that is none.
    func matches(_ text: String) -> Bool {
        let whole = NSRange(text.startIndex..., in: text)
        return expression?.firstMatch(in: text, range: whole) != nil
    }
}
