import ASUCore
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

extension HTTPField.Name {
    static let imagebuilderStatus = Self.known("X-Imagebuilder-Status")
    static let queuePosition = Self.known("X-Queue-Position")
    static let unknownPackage = Self.known("X-Unknown-Package")

    /// A name that is a token by its spelling here.
    private static func known(_ name: String) -> HTTPField.Name {
        guard let field = HTTPField.Name(name) else { preconditionFailure("\(name) is no header name") }
        return field
    }
}

extension HTTPResponse.Status {
    /// What S26 and its clients use for a full queue.
    static let overloaded = HTTPResponse.Status(code: 529, reasonPhrase: "Server Overloaded")
}

/// Every error becomes its answer here and nowhere else: a string `detail` and an integer `status`.
extension Answer {
    init(error: any Error, logger: Logger) throws {
        switch error {
        case let error as ValidationError:
            try self.init(validation: error)
        case let error as RequestRefusal:
            try self.init(refusal: error)
        case let error as UnknownPackages:
            try self.init(unknown: error)
        case let error as any HTTPResponseError:
            try self.init(error.status, detail: error.status.reasonPhrase)
        case is NIOTooManyBytesError:
            try self.init(
                .contentTooLarge,
                detail: "The request's body is larger than \(BuildRoutes.maxBodyBytes) bytes"
            )
        case is RedisError, is QueueError, is CatalogError:
            logger.error("a request failed on Redis", metadata: ["error": "\(error)"])
            try self.init(
                .serviceUnavailable,
                headers: [.retryAfter: "5"],
                detail: "The server can't reach its database at the moment; please try again"
            )
        default:
            logger.error("a request failed", metadata: ["error": "\(error)"])
            try self.init(.internalServerError, detail: "Internal server error")
        }
    }

    init(_ status: HTTPResponse.Status, headers: HTTPFields = [:], detail: String) throws {
        try self.init(
            status,
            headers: headers,
            json: ["detail": .string(detail), "status": .integer(Int64(status.code))]
        )
    }

    private init(validation error: ValidationError) throws {
        let errors = error.problems.map { problem -> JSONValue in
            [
                "type": .string(problem.type),
                "loc": .array(([problem.part] + problem.location).map(JSONValue.string)),
                "msg": .string(problem.message),
            ]
        }
        try self.init(
            .badRequest,
            json: ["detail": .string(error.description), "status": 400, "errors": .array(errors)]
        )
    }

    /// As many of the names as a header should hold: proxies bound an answer's head, nginx to 4 KB unless told otherwise.
    static func headerList(_ names: [PackageName], maxLength: Int = 2048) -> String {
        var list = ""
        for name in names.map(\.text) {
            guard list.utf8.count + 2 + name.utf8.count <= maxLength else { break }
            list += list.isEmpty ? name : ", " + name
        }
        return list
    }

    private init(unknown error: UnknownPackages) throws {
        var suggestions: [String: JSONValue] = [:]
        for (name, known) in error.suggestions { suggestions[name.text] = .array(known.map(JSONValue.string)) }
        try self.init(
            .unprocessableContent,
            headers: [.unknownPackage: Self.headerList(error.names)],
            json: [
                "detail": .string(error.refusal.description), "status": 422, "suggestions": .object(suggestions),
            ]
        )
    }

    private init(refusal: RequestRefusal) throws {
        switch refusal {
        case .unknownPackages(let names):
            try self.init(unknown: UnknownPackages(names: names, suggestions: []))
        case .outdatedPackage(let name, _, _):
            try self.init(.unprocessableContent, headers: [.unknownPackage: name.text], detail: refusal.description)
        default:
            try self.init(.badRequest, detail: refusal.description)
        }
    }
}
