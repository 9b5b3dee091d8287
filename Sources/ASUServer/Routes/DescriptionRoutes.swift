import HTTPTypes
import Hummingbird

/// `GET /openapi.json`, and the same for people at `/docs`.
struct DescriptionRoutes: Sendable {
    private let json: Document
    private let html: Document

    /// - Throws: A Foundation error if the description can't be encoded, an error of zlib if it can't be compressed.
    init(_ description: APIDescription) throws {
        json = try Document(description.encoded())
        html = try Document(Array(APIPage(description).html.utf8), contentType: "text/html; charset=utf-8")
    }

    @Sendable
    func document(_ request: Request, _ context: some RequestContext) async throws -> Response {
        json.response(to: request)
    }

    @Sendable
    func page(_ request: Request, _ context: some RequestContext) async throws -> Response {
        var response = html.response(to: request)
        response.headers[.contentSecurityPolicy] = APIPage.contentSecurityPolicy
        response.headers[.xContentTypeOptions] = "nosniff"
        return response
    }

    /// `/redoc` and `/ui`, as earlier servers called it.
    @Sendable
    func redirect(_ request: Request, _ context: some RequestContext) async throws -> Response {
        Response(status: .movedPermanently, headers: [.location: "/docs", .cacheControl: "public, max-age=3600"])
    }
}
