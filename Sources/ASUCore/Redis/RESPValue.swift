package import NIOCore

/// A reply of the Redis server (RESP 2).
///
/// Error replies are thrown as ``RedisError`` instead.
package enum RESPValue: Sendable, Equatable {
    /// A null bulk string or array.
    case null
    /// An integer.
    case integer(Int64)
    /// A simple or bulk string: any bytes.
    case string(ByteBuffer)
    /// An array.
    case array([RESPValue])

    /// The bytes, if this is a string.
    package var bytes: ByteBuffer? {
        guard case .string(let buffer) = self else { return nil }
        return buffer
    }

    /// The string's bytes as UTF-8 text, invalid sequences replaced; an integer in decimal.
    package var text: String? {
        switch self {
        case .string(let buffer): String(buffer: buffer)
        case .integer(let number): String(number)
        case .null, .array: nil
        }
    }

    /// The integer, or the string's number if it is all of the string.
    package var int: Int64? {
        switch self {
        case .integer(let number): number
        case .string(let buffer): Int64(String(buffer: buffer))
        case .null, .array: nil
        }
    }

    /// The elements, if this is an array.
    package var elements: [RESPValue]? {
        guard case .array(let values) = self else { return nil }
        return values
    }

    /// True for a null reply.
    package var isNull: Bool { self == .null }
}
