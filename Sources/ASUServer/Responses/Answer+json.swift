import ASUCore
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

extension Answer {
    /// Encodes `value` with sorted keys, so that equal answers are equal bytes.
    init(_ status: HTTPResponse.Status, headers: HTTPFields = [:], json value: JSONValue) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        self.init(status, headers: headers, body: ByteBuffer(bytes: try encoder.encode(value)))
    }
}
