import HTTPTypes
import Hummingbird

/// A path with what answers it: one line of the route table.
struct Route: Sendable {
    typealias Handler = @Sendable (Request, RouteTable.Context) async throws -> Response

    /// In the router's form: `:name` is a parameter, `**` everything behind it.
    let path: String
    /// HEAD stands here wherever GET does.
    let handlers: [HTTPRequest.Method: Handler]

    /// The methods that a route may have; the router sees any other one as ``other``.
    static let methods: [HTTPRequest.Method] = [.get, .head, .post]
    /// Stands for every method that no route has.
    static let other = HTTPRequest.Method.delete

    init(_ path: String, _ handlers: [HTTPRequest.Method: Handler]) {
        self.path = path
        // The body that this makes for a HEAD is dropped on the way out.
        self.handlers = handlers.merging(handlers[.get].map { [.head: $0] } ?? [:]) { own, _ in own }
    }

    /// Adds the handlers, and the answer 405 for all other methods.
    func add(to router: Router<RouteTable.Context>) {
        let allowed = (handlers.keys + [.options]).map(\.rawValue).sorted().joined(separator: ", ")
        let refuse: Handler = { request, context in
            try Answer(.methodNotAllowed, headers: [.allow: allowed], detail: "Method Not Allowed")
                .response(from: request, context: context)
        }
        for method in Self.methods + [Self.other] {
            router.on(RouterPath(path), method: method, use: handlers[method] ?? refuse)
        }
    }
}
