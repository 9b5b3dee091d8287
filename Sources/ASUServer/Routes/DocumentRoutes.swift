import ASUCore
import Foundation
import HTTPTypes
import Hummingbird

/// `GET /json/v1/...` and the older addresses that lead there.
struct DocumentRoutes: Sendable {
    let documents: Documents

    /// `/json/v1/<path>` and, for auc before September 2021, `/json/<path>`.
    @Sendable
    func get(_ request: Request, _ context: some RequestContext) async throws -> Response {
        var parts = request.uri.path.split(separator: "/").dropFirst().map { String($0).removingPercentEncoding ?? "" }
        let isOldTree = parts.first != "v1"
        if !isOldTree { parts.removeFirst() }
        guard let path = DocumentPath(parts), let document = try await documents.document(path, isOldTree: isOldTree)
        else {
            throw HTTPError(.notFound)
        }
        return document.response(to: request)
    }

    /// `/api/branches`: the list of branches, as the server of 2022 had it.
    @Sendable
    func branches(_ request: Request, _ context: some RequestContext) async throws -> Response {
        try await answer(.branches, request)
    }

    /// `/api/overview` and `/overview`: LuCI of 2021 to 2024 asks so; devices in the field still do.
    @Sendable
    func overview(_ request: Request, _ context: some RequestContext) async throws -> Response {
        Self.redirect("/json/v1/overview.json")
    }

    /// `/api/latest`: LuCI of 2021.
    @Sendable
    func latest(_ request: Request, _ context: some RequestContext) async throws -> Response {
        Self.redirect("/json/v1/latest.json")
    }

    private func answer(_ path: DocumentPath, _ request: Request) async throws -> Response {
        guard let document = try await documents.document(path) else { throw HTTPError(.notFound) }
        return document.response(to: request)
    }

    /// 301, which uclient follows; 308 it doesn't.
    private static func redirect(_ path: String) -> Response {
        Response(status: .movedPermanently, headers: [.location: path, .cacheControl: "public, max-age=3600"])
    }
}
