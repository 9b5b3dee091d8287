import ASUCore
import Crypto
import Foundation

/// The page that shows the OpenAPI document to people: plain HTML, made once, which loads nothing.
struct APIPage {
    let description: APIDescription

    init(_ description: APIDescription) { self.description = description }

    private static let style = """
        body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem;color:#1b1b1b;background:#fff}
        code,pre{font:.9em/1.4 ui-monospace,monospace;overflow-wrap:anywhere}
        pre{background:#f3f3f3;padding:.6rem;white-space:pre-wrap}
        h1,h2,h3,h4{line-height:1.2}h2{margin-top:2.5rem;border-bottom:1px solid #ccc}h4{margin:1rem 0 .3rem}
        details{border:1px solid #ddd;border-radius:4px;margin:.4rem 0;padding:.4rem .7rem}
        summary{cursor:pointer}summary b{display:inline-block;min-width:6.5rem}
        table{border-collapse:collapse;width:100%}
        td,th{border-top:1px solid #ddd;padding:.3rem .6rem .3rem 0;text-align:left;vertical-align:top}
        .old{opacity:.7}
        @media(prefers-color-scheme:dark){body{color:#ddd;background:#181818}a{color:#8ab4f8}pre{background:#262626}
        details,td,th,h2{border-color:#444}}
        """

    /// Nothing but the page's own style: no script, no frame, no request to anywhere.
    static let contentSecurityPolicy: String = {
        let hash = Data(SHA256.hash(data: Data(style.utf8))).base64EncodedString()
        return "default-src 'none'; style-src 'sha256-\(hash)'; base-uri 'none'; form-action 'none'; "
            + "frame-ancestors 'none'"
    }()

    /// The whole page.
    var html: String {
        let root = description.root.object ?? [:]
        let info = root["info"]?.object ?? [:]
        let title = HTMLText.escape(info["title"]?.string ?? "API")
        let tags = (root["tags"]?.array ?? []).compactMap(\.object)
        var page = """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(title)</title><style>\(Self.style)</style></head><body>
            <h1>\(title)</h1>

            """
        page += HTMLText.paragraphs(info["description"]?.string ?? "")
        page += "<p>For programs: <a href=\"/openapi.json\">openapi.json</a>.</p>\n<ul>\n"
        for (index, tag) in tags.enumerated() {
            page += "<li><a href=\"#part-\(index)\">\(HTMLText.escape(tag["name"]?.string ?? ""))</a></li>\n"
        }
        page += "<li><a href=\"#schemas\">Schemas</a></li>\n</ul>\n"
        for (index, tag) in tags.enumerated() {
            let name = tag["name"]?.string ?? ""
            page += "<h2 id=\"part-\(index)\">\(HTMLText.escape(name))</h2>\n"
            page += HTMLText.paragraphs(tag["description"]?.string ?? "")
            for (path, item) in (root["paths"]?.object ?? [:]).sorted(by: { $0.key < $1.key }) {
                page += operations(path, item.object ?? [:], tag: name)
            }
        }
        return page + schemas + "</body></html>\n"
    }

    /// The operations of a path; HEAD isn't told apart from GET.
    private func operations(_ path: String, _ item: [String: JSONValue], tag: String) -> String {
        var html = ""
        for method in ["get", "post"] {
            guard let operation = item[method]?.object, operation["tags"]?.array?.contains(.string(tag)) == true
            else { continue }
            let methods = method == "get" && item["head"] != nil ? "GET, HEAD" : method.uppercased()
            let old = operation["deprecated"] == .bool(true) ? " class=\"old\"" : ""
            html += """
                <details\(old)><summary><b>\(methods)</b> \(HTMLText.code(path)) \
                \(HTMLText.inline(operation["summary"]?.string ?? ""))</summary>

                """
            html += HTMLText.paragraphs(operation["description"]?.string ?? "")
            html += parameters((item["parameters"]?.array ?? []) + (operation["parameters"]?.array ?? []))
            if let body = operation["requestBody"].map(description.resolved)?.object {
                html += "<h4>Body</h4>\n\(HTMLText.paragraphs(body["description"]?.string ?? ""))"
                html += "<p>\(content(body))</p>\n"
            }
            html += responses(operation["responses"]?.object ?? [:]) + "</details>\n"
        }
        return html
    }

    private func parameters(_ list: [JSONValue]) -> String {
        guard !list.isEmpty else { return "" }
        let rows = list.map { value -> String in
            let parameter = description.resolved(value).object ?? [:]
            let schema = parameter["schema"] ?? .null
            return """
                <tr><td>\(HTMLText.code(parameter["name"]?.string ?? ""))</td>\
                <td>\(HTMLText.escape(parameter["in"]?.string ?? ""))</td><td>\(type(schema))</td>\
                <td>\(HTMLText.inline(parameter["description"]?.string ?? ""))\(constraints(schema))</td></tr>

                """
        }
        return "<h4>Parameters</h4>\n<table>\n\(rows.joined())</table>\n"
    }

    private func responses(_ all: [String: JSONValue]) -> String {
        let rows = all.sorted { $0.key < $1.key }.map { status, value -> String in
            let response = description.resolved(value).object ?? [:]
            let headers = (response["headers"]?.object ?? [:]).keys.sorted().map(HTMLText.code)
            return """
                <tr><td>\(HTMLText.escape(status))</td>\
                <td>\(HTMLText.inline(response["description"]?.string ?? "")) \(content(response))</td>\
                <td>\(headers.joined(separator: ", "))</td></tr>

                """
        }
        return "<h4>Answers</h4>\n<table>\n<tr><th>Status</th><th>Body</th><th>Headers</th></tr>\n"
            + rows.joined() + "</table>\n"
    }

    private func content(_ holder: [String: JSONValue]) -> String {
        (holder["content"]?.object ?? [:]).sorted { $0.key < $1.key }.map { media, value in
            let schema = value.object?["schema"].map { ": " + type($0) } ?? ""
            return HTMLText.code(media) + schema
        }.joined(separator: ", ")
    }
}
