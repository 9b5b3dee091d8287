/// Reads HTML as strictly as a page of our own can be: every element is closed in order, every attribute is quoted.
struct Markup {
    private static let void: Set<String> = ["meta", "link", "img", "br"]

    private(set) var problems: [String] = []
    /// The names of all elements.
    private(set) var elements: Set<String> = []
    /// Values by the name of the attribute.
    private(set) var attributes: [String: [String]] = [:]
    /// What stands between tags, with its character references as they are.
    private(set) var text = ""
    private var open: [String] = []

    init(_ html: String) {
        // A browser reads scalars: a mark with an accent is still a mark to it, but another character to Swift.
        let scalars = html.unicodeScalars.map { $0.properties.isGraphemeExtend ? "\u{25CC}" : $0 }
        var rest = String(String.UnicodeScalarView(scalars))[...]
        if rest.hasPrefix("<!doctype html>") { rest = rest.dropFirst(15) } else { problems.append("no doctype") }
        while let start = rest.firstIndex(of: "<") {
            text += rest[..<start]
            guard let end = rest[start...].firstIndex(of: ">") else {
                problems.append("a tag without its end")
                break
            }
            tag(rest[rest.index(after: start)..<end])
            rest = rest[rest.index(after: end)...]
        }
        text += rest
        if !open.isEmpty { problems.append("not closed: \(open)") }
        let ids = attributes["id"] ?? []
        if Set(ids).count != ids.count { problems.append("an id occurs twice") }
        for mention in text.split(separator: "&", omittingEmptySubsequences: false).dropFirst()
        where !["lt;", "gt;", "amp;", "quot;", "#39;"].contains(where: { mention.hasPrefix($0) }) {
            problems.append("a bare &: \(mention.prefix(20))")
        }
    }

    private mutating func tag(_ tag: Substring) {
        if tag.hasPrefix("/") {
            if open.popLast() != String(tag.dropFirst()) { problems.append("<\(tag)> closes another") }
            return
        }
        let isClosed = tag.hasSuffix("/")
        let name = String(tag.prefix { $0 != " " && $0 != "/" })
        guard !name.isEmpty, name.allSatisfy({ $0.isASCII && $0.isLetter || $0.isNumber }) else {
            return problems.append("<\(tag)> is no tag")
        }
        elements.insert(name)
        if !isClosed && !Self.void.contains(name) { open.append(name) }
        var rest = tag.dropFirst(name.count).drop { $0 == " " }
        while let mark = rest.firstRange(of: "=\"") {
            let attribute = String(rest[..<mark.lowerBound])
            let value = rest[mark.upperBound...].prefix { $0 != "\"" }
            if attribute.contains(" ") || value.contains("<") { problems.append("<\(tag)> has a bad \(attribute)") }
            attributes[attribute, default: []].append(String(value))
            rest = rest[value.endIndex...].dropFirst().drop { $0 == " " }
        }
        if !rest.isEmpty && rest != "/" { problems.append("<\(tag)> has '\(rest)'") }
    }
}
