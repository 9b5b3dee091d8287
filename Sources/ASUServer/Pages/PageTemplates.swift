import ASUCore
import HTTPTypes
import Mustache

/// The pages' templates, built into the program and read once at its start.
struct PageTemplates: Sendable {
    private static let escaping = "HTML-SCALARS"

    private let library: MustacheLibrary

    /// - Throws: A mustache error if a template is malformed.
    init() throws {
        MustacheContentTypes.register(HTMLEscaping(), named: Self.escaping)
        var library = MustacheLibrary()
        // `PackageResources` is made by the build from the `resources` of this target in Package.swift.
        let partials = [
            "head": PackageResources.head_mustache, "foot": PackageResources.foot_mustache,
            "chart": PackageResources.chart_mustache,
        ]
        let pages = [
            "overview": PackageResources.overview_mustache, "statistics": PackageResources.statistics_mustache,
            "unavailable": PackageResources.unavailable_mustache,
        ]
        for (name, bytes) in partials { try library.register(String(decoding: bytes, as: UTF8.self), named: name) }
        for (name, bytes) in pages {
            // Partials inherit it.
            let text = "{{% CONTENT_TYPE:\(Self.escaping)}}" + String(decoding: bytes, as: UTF8.self)
            try library.register(text, named: name)
        }
        self.library = library
    }

    /// The page `name` with the fields of `model`.
    ///
    /// - Throws: What ``Document`` throws.
    func page(_ name: String, _ model: some Sendable) throws -> Document {
        let html = library.render(model, withTemplate: name) ?? ""
        return try Document(Array(html.utf8), contentType: "text/html; charset=utf-8", headers: Self.headers)
    }

    /// Nothing runs and nothing comes from elsewhere, whatever a page may be made to contain.
    private static let headers: HTTPFields = [
        .cacheControl: "no-cache",
        .contentSecurityPolicy: "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
            + "form-action 'none'; frame-ancestors 'none'",
        .xContentTypeOptions: "nosniff",
    ]
}
