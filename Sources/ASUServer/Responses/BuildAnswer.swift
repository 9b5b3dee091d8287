import ASUCore
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// The v1 API's answers about one build, as every client in the field reads them.
enum BuildAnswer {
    /// The fields of a finished record that answer this request.
    static func fields(for request: Request) -> [String] {
        request.acceptsGzip ? [ResultField.v1, ResultField.v1Compressed] : [ResultField.v1]
    }

    static func answer(_ hash: RequestHash, _ record: BuildRecord, request: BuildRequestBody?) throws -> Answer {
        switch record.state {
        case .queued:
            return try queued(hash, position: record.position ?? 0, at: date(record.enqueuedAt))
        case .started:
            return try started(hash, record, request: request)
        case .done, .failed:
            return try finished(record)
        }
    }

    static func queued(_ hash: RequestHash, position: Int, at date: Date) throws -> Answer {
        try Answer(
            .accepted,
            headers: headers(status: "queued", position: position),
            json: [
                "status": 202,
                "detail": "queued",
                "queue_position": .integer(Int64(position)),
                "request_hash": .string(hash.text),
                "enqueued_at": .string(date.formatted(.iso8601)),
            ]
        )
    }

    /// `queue_position` must be absent here: LuCI takes its presence for "queued".
    private static func started(_ hash: RequestHash, _ record: BuildRecord, request: BuildRequestBody?) throws -> Answer
    {
        let step = record.step ?? BuildStep.initialize.rawValue
        var body: [String: JSONValue] = [
            "status": 202,
            "detail": "started",
            "imagebuilder_status": .string(step),
            "request_hash": .string(hash.text),
            "enqueued_at": .string(date(record.enqueuedAt).formatted(.iso8601)),
        ]
        if let request { body["request"] = try JSONValue(encoding: request) }
        return try Answer(.accepted, headers: headers(status: step, position: 0), json: .object(body))
    }

    private static func finished(_ record: BuildRecord) throws -> Answer {
        // Redis is shared: a code outside of HTTP's would trap, and one of another class has no body.
        guard let code = record.status, code == 200 || (400...599).contains(code),
            let body = record.fields[ResultField.v1]
        else {
            return try Answer(
                .internalServerError,
                detail: "The result of this build is damaged; request it again later"
            )
        }
        return Answer(
            HTTPResponse.Status(code: code),
            headers: headers(status: record.state.rawValue, position: 0),
            body: body,
            compressed: record.fields[ResultField.v1Compressed]
        )
    }

    static func unknown() throws -> Answer {
        try Answer(
            .notFound,
            json: ["status": 404, "title": "Not Found", "detail": "could not find provided request hash"]
        )
    }

    static func overloaded(pending: Int) throws -> Answer {
        try Answer(
            .overloaded,
            headers: [.retryAfter: "30"],
            json: [
                "status": 529,
                "title": "Server overloaded",
                "detail": .string("server overload, queue contains too many build requests: \(pending)"),
            ]
        )
    }

    private static func headers(status: String, position: Int) -> HTTPFields {
        [.imagebuilderStatus: status, .queuePosition: "\(position)"]
    }

    private static func date(_ milliseconds: Int64) -> Date {
        Date(timeIntervalSince1970: Double(milliseconds) / 1000)
    }
}
