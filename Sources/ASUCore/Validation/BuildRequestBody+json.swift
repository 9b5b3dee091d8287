internal import Foundation
package import NIOCore

extension BuildRequestBody {
    /// Decodes a JSON body.
    ///
    /// - Throws: ``ValidationError`` that names the field and what was expected of it.
    package init(json: ByteBuffer) throws(ValidationError) {
        guard json.readableBytes > 0 else {
            throw ValidationError([.init([], type: "missing", "Field required")])
        }
        if let body = json.withUnsafeReadableBytes({ PlainBody.parse($0.assumingMemoryBound(to: UInt8.self)) }) {
            self = body
            return
        }
        let data = Data(json.readableBytesView)
        do {
            self = try JSONDecoder().decode(Self.self, from: data)
        } catch let error as DecodingError {
            throw ValidationError([Self.problem(error, data)])
        } catch {
            throw ValidationError([.init([], type: "json_invalid", "JSON decode error: \(error)")])
        }
    }

    /// The only field that is a number, read as any number.
    private struct Numbers: Decodable {
        let rootfsSizeMB: Double?

        enum CodingKeys: String, CodingKey {
            case rootfsSizeMB = "rootfs_size_mb"
        }
    }

    private static func problem(_ error: DecodingError, _ data: Data) -> ValidationError.Problem {
        switch error {
        case .typeMismatch(let type, let context):
            let (kind, name) = expectation(type)
            return .init(location(context), type: kind, "Input should be a valid \(name)")
        case .valueNotFound(let type, let context):
            let (kind, name) = expectation(type)
            return .init(location(context), type: kind, "Input should be a valid \(name)")
        case .keyNotFound(let key, let context):
            return .init(location(context) + [key.stringValue], type: "missing", "Field required")
        case .dataCorrupted(let context):
            // Foundation says the same of a number that is no Int as of text that is no JSON.
            if let numbers = try? JSONDecoder().decode(Numbers.self, from: data), let size = numbers.rootfsSizeMB,
                Int(exactly: size) == nil
            {
                return .init(["rootfs_size_mb"], type: "int_type", "Input should be a valid integer")
            }
            let place = location(context)
            return place.isEmpty
                ? .init([], type: "json_invalid", "JSON decode error: the body is not well-formed JSON in UTF-8")
                : .init(place, type: "value_error", "Input is out of range")
        @unknown default:
            return .init([], type: "value_error", "The body can't be read")
        }
    }

    private static func location(_ context: DecodingError.Context) -> [String] {
        // A key comes from the client; what isn't a plain name isn't echoed.
        context.codingPath.map { key in
            key.intValue.map(String.init) ?? (PackageName(key.stringValue)?.text ?? "?")
        }
    }

    private static func expectation(_ type: any Any.Type) -> (kind: String, name: String) {
        switch type {
        case is String.Type: ("string_type", "string")
        case is Int.Type: ("int_type", "integer")
        case is Bool.Type: ("bool_type", "boolean")
        case is [Any].Type, is [String].Type: ("list_type", "list")
        case is [String: Any].Type, is [String: String].Type: ("dict_type", "dictionary")
        default: ("value_error", "value")
        }
    }
}
