import ASUCore
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// The answers of the API of 2020.
///
/// Its clients read `message`; `error`, `detail` and `log` are what its README promised and one week's LuCI reads. A
/// string `status` stands in 202 and 4xx only: auc 0.1 goes on polling as long as it sees one.
enum LegacyAnswer {
    /// The fields of a finished record that answer this request.
    static func fields(for request: Request) -> [String] {
        request.acceptsGzip ? [ResultField.legacy, ResultField.legacyCompressed] : [ResultField.legacy]
    }

    static func answer(_ hash: RequestHash, _ record: BuildRecord) throws -> Answer {
        let enqueuedAt = Date(timeIntervalSince1970: Double(record.enqueuedAt) / 1000)
        switch record.state {
        case .queued:
            return try waiting(hash, word: "queued", position: record.position ?? 0, at: enqueuedAt)
        case .started:
            return try waiting(hash, word: "started", position: nil, at: enqueuedAt)
        case .done, .failed:
            guard let code = record.status, code == 200 || (400...599).contains(code),
                let body = record.fields[ResultField.legacy]
            else {
                return try refused(
                    LegacyRefusal(
                        .internalServerError,
                        word: "",
                        "The result of this build is damaged; request it later"
                    )
                )
            }
            return Answer(
                HTTPResponse.Status(code: code),
                body: body,
                compressed: record.fields[ResultField.legacyCompressed]
            )
        }
    }

    static func waiting(_ hash: RequestHash, word: String, position: Int?, at date: Date) throws -> Answer {
        var body: [String: JSONValue] = [
            "status": .string(word), "request_hash": .string(hash.text), "enqueued_at": .string(HTTPDate.text(date)),
        ]
        if let position { body["queue_position"] = .integer(Int64(position)) }
        return try Answer(.accepted, json: .object(body))
    }

    static func refused(_ refusal: LegacyRefusal) throws -> Answer {
        var body: [String: JSONValue] = [
            "message": .string(refusal.message), "error": .string(refusal.message), "detail": .string(refusal.message),
        ]
        if !refusal.word.isEmpty { body["status"] = .string(refusal.word) }
        var headers: HTTPFields = [:]
        if !refusal.unknownPackages.isEmpty { headers[.unknownPackage] = Answer.headerList(refusal.unknownPackages) }
        if refusal.status == .overloaded { headers[.retryAfter] = "30" }
        return try Answer(refusal.status, headers: headers, json: .object(body))
    }

    static func unknown() throws -> Answer {
        try refused(LegacyRefusal(.notFound, word: "not_found", "There is no build with this request hash"))
    }

    static func overloaded(pending: Int) throws -> Answer {
        let message = "server overload, queue contains too many build requests: \(pending)"
        return try refused(LegacyRefusal(.overloaded, word: "overloaded", message))
    }
}
