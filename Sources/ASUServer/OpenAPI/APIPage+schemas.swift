import ASUCore
import Foundation

extension APIPage {
    /// All schemas, each under the id that references lead to.
    var schemas: String {
        let all = description.resolve("#/components/schemas")?.object ?? [:]
        return "<h2 id=\"schemas\">Schemas</h2>\n"
            + all.sorted { $0.key < $1.key }.map { name, schema in
                "<h3 id=\"schema-\(HTMLText.escape(name))\">\(HTMLText.escape(name))</h3>\n" + body(schema)
            }.joined()
    }

    private func body(_ value: JSONValue) -> String {
        let schema = value.object ?? [:]
        var html = HTMLText.paragraphs(schema["description"]?.string ?? "")
        let required = Set((schema["required"]?.array ?? []).compactMap(\.string))
        if let properties = schema["properties"]?.object {
            let rows = properties.sorted { $0.key < $1.key }.filter { $0.value != .bool(false) }.map { name, property in
                """
                <tr><td>\(HTMLText.code(name))\(required.contains(name) ? " *" : "")</td><td>\(type(property))</td>\
                <td>\(HTMLText.inline(property.object?["description"]?.string ?? ""))\(constraints(property))</td></tr>

                """
            }
            html += "<table>\n\(rows.joined())</table>\n"
            if !required.isEmpty { html += "<p>* always there</p>\n" }
        } else {
            html += "<p>\(type(value))\(constraints(value))</p>\n"
        }
        for example in schema["examples"]?.array ?? [] { html += "<pre>\(HTMLText.escape(text(example)))</pre>\n" }
        return html
    }

    /// The type in a few words, with links to other schemas.
    func type(_ value: JSONValue) -> String {
        guard let schema = value.object else { return "anything" }
        if let reference = schema["$ref"]?.string {
            let name = HTMLText.escape(reference.split(separator: "/").last.map(String.init) ?? "")
            return "<a href=\"#schema-\(name)\">\(name)</a>"
        }
        if let choices = schema["anyOf"]?.array { return choices.map { type($0) }.joined(separator: " or ") }
        if let constant = schema["const"] { return HTMLText.code(text(constant)) }
        if let values = schema["enum"]?.array { return values.map { HTMLText.code(text($0)) }.joined(separator: ", ") }
        let names = schema["type"]?.array?.compactMap(\.string) ?? [schema["type"]?.string ?? "anything"]
        return names.map { name in
            switch name {
            case "array": "list of " + (schema["items"].map { type($0) } ?? "anything")
            case "object" where schema["additionalProperties"]?.object != nil:
                "map to " + (schema["additionalProperties"].map { type($0) } ?? "anything")
            default: HTMLText.escape(name)
            }
        }.joined(separator: " or ")
    }

    /// The limits of a value, of a list's elements and of a map's keys and values.
    func constraints(_ value: JSONValue) -> String {
        let schema = value.object ?? [:]
        var parts: [String] = []
        for (key, words) in [
            ("minimum", "at least "), ("maximum", "at most "), ("maxLength", "characters: at most "),
            ("maxItems", "entries: at most "), ("maxProperties", "entries: at most "), ("pattern", "pattern "),
            ("format", "format "), ("default", "default "),
        ] {
            guard let limit = schema[key], limit != .null else { continue }
            parts.append(words + HTMLText.code(limit.string.flatMap { $0.isEmpty ? nil : $0 } ?? text(limit)))
        }
        for (key, words) in [("items", "Each: "), ("propertyNames", "Names: "), ("additionalProperties", "Values: ")] {
            guard let inner = schema[key], inner.object?["type"] != "object" else { continue }
            let limits = constraints(inner)
            if !limits.isEmpty { parts.append(words + limits) }
        }
        return parts.isEmpty ? "" : " <small>\(parts.joined(separator: "; "))</small>"
    }

    /// JSON text.
    private func text(_ value: JSONValue) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
