import HTTPTypes

/// The files below `/static/`, built into the program.
struct StaticFiles: Sendable {
    /// The style sheet and the logo, by name.
    let files: [String: Document]
    /// Changes with the style sheet, for its address in pages.
    let style: String

    /// - Throws: What ``Document`` throws.
    init() throws {
        let headers: HTTPFields = [.cacheControl: "public, max-age=86400", .xContentTypeOptions: "nosniff"]
        let sheet = try Document(
            PackageResources.style_css,
            contentType: "text/css; charset=utf-8",
            headers: headers
        )
        var logo = headers
        // It may be opened as a document of its own.
        logo[.contentSecurityPolicy] = "default-src 'none'"
        files = [
            "style.css": sheet,
            "logo.svg": try Document(PackageResources.logo_svg, contentType: "image/svg+xml", headers: logo),
        ]
        style = String(sheet.etag.dropFirst().prefix(12))
    }
}
