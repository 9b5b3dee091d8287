import ASUCore
import Foundation
import Testing

extension HTTPReply {
    /// The body as JSON; null if it is none.
    var value: JSONValue { (try? JSONDecoder().decode(JSONValue.self, from: Data(body))) ?? .null }

    /// The body as a JSON object; empty if it is none.
    var json: [String: JSONValue] { value.object ?? [:] }

    /// `detail` of an error's body.
    var detail: String? { json["detail"]?.string }

    /// Expects an error as every client can read it: JSON, a string `detail`, an integer `status` equal to the status
    /// line's, and the header that lets browsers see it.
    func expectError(_ expected: Int, detail: String? = nil, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(status == expected, "\(text)", sourceLocation: sourceLocation)
        #expect(json["status"] == .integer(Int64(expected)), "\(text)", sourceLocation: sourceLocation)
        #expect(json["detail"]?.string?.isEmpty == false, "\(text)", sourceLocation: sourceLocation)
        #expect(headers["content-type"] == "application/json", sourceLocation: sourceLocation)
        #expect(headers["access-control-allow-origin"] == "*", sourceLocation: sourceLocation)
        if let detail { #expect(json["detail"] == .string(detail), sourceLocation: sourceLocation) }
    }
}

extension JSONValue {
    /// As JSON text.
    var text: String {
        (try? JSONEncoder().encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// The smallest request, with further or other fields.
    static func request(_ changes: [String: JSONValue] = [:]) -> JSONValue {
        let fields: [String: JSONValue] = [
            "version": .string(SampleCatalog.release), "target": "ath79/generic", "profile": "8dev_carambola2",
        ]
        return .object(fields.merging(changes) { _, new in new })
    }
}
