import HTTPTypes
import Hummingbird

/// The outermost layer: what holds for every request, whatever its route.
///
/// Repeated and trailing slashes are collapsed before routing (clients join addresses blindly), a preflight is answered
/// for every path, a method that no route has is refused alike, a HEAD gets no body, and every answer carries the CORS headers that browser clients need.
struct FrontResponder<Inner: HTTPResponder>: HTTPResponder where Inner.Context: RequestContext {
    typealias Context = Inner.Context

    let inner: Inner

    func respond(to request: Request, context: Inner.Context) async throws -> Response {
        var response: Response
        if request.method == .options {
            response = Response(status: .noContent, headers: Self.preflightHeaders)
        } else {
            response = try await inner.respond(to: normalized(request), context: context)
        }
        // Here for all: a HEAD answered with a body would be taken for the next answer on the connection.
        if request.method == .head { response = response.createHeadResponse() }
        response.headers[.accessControlAllowOrigin] = "*"
        response.headers[.accessControlExposeHeaders] = "X-Imagebuilder-Status, X-Queue-Position, X-Unknown-Package"
        return response
    }

    private static var preflightHeaders: HTTPFields {
        [
            .accessControlAllowMethods: "GET, HEAD, POST, OPTIONS",
            .accessControlAllowHeaders: "*, content-type",
            .accessControlMaxAge: "86400",
        ]
    }

    private func normalized(_ request: Request) -> Request {
        guard let target = request.head.path else { return request }
        let mark = target.firstIndex(of: "?") ?? target.endIndex
        let path = target[..<mark]
        let isKnown = Route.methods.contains(request.method)
        let isCollapsed = !path.contains("//") && (path.count == 1 || !path.hasSuffix("/"))
        if isKnown && isCollapsed { return request }
        var head = request.head
        if !isKnown { head.method = Route.other }
        head.path = "/" + path.split(separator: "/").joined(separator: "/") + target[mark...]
        return Request(head: head, body: request.body)
    }
}
