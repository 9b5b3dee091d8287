package import NIOCore

/// One argument of a Redis command: any bytes.
///
/// Buffers are kept by reference until they are written.
package enum RedisArgument: Sendable, Equatable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
    /// Text, sent as UTF-8.
    case text(String)
    /// A number, sent in decimal.
    case integer(Int64)
    /// The readable bytes of a buffer.
    case buffer(ByteBuffer)
    /// Bytes.
    case bytes([UInt8])

    package init(stringLiteral value: String) { self = .text(value) }
    package init(integerLiteral value: Int64) { self = .integer(value) }

    /// Writes the argument as a RESP bulk string.
    func encode(into output: inout ByteBuffer) {
        switch self {
        case .text(let text):
            output.writeRESPHeader(UInt8(ascii: "$"), text.utf8.count)
            output.writeString(text)
        case .integer(let number):
            let text = String(number)
            output.writeRESPHeader(UInt8(ascii: "$"), text.utf8.count)
            output.writeString(text)
        case .buffer(let buffer):
            output.writeRESPHeader(UInt8(ascii: "$"), buffer.readableBytes)
            output.writeImmutableBuffer(buffer)
        case .bytes(let bytes):
            output.writeRESPHeader(UInt8(ascii: "$"), bytes.count)
            output.writeBytes(bytes)
        }
        output.writeInteger(UInt16(0x0D0A))
    }
}

/// What can be passed as an argument to ``RedisCommand``.
package protocol RedisArgumentConvertible {
    /// The value as an argument.
    var redisArgument: RedisArgument { get }
}

extension RedisArgument: RedisArgumentConvertible {
    package var redisArgument: RedisArgument { self }
}

extension String: RedisArgumentConvertible {
    package var redisArgument: RedisArgument { .text(self) }
}

extension Int: RedisArgumentConvertible {
    package var redisArgument: RedisArgument { .integer(Int64(self)) }
}

extension Int64: RedisArgumentConvertible {
    package var redisArgument: RedisArgument { .integer(self) }
}

extension ByteBuffer: RedisArgumentConvertible {
    package var redisArgument: RedisArgument { .buffer(self) }
}

extension [UInt8]: RedisArgumentConvertible {
    package var redisArgument: RedisArgument { .bytes(self) }
}

extension ByteBuffer {
    /// Writes a RESP type byte, a decimal count and CRLF.
    mutating func writeRESPHeader(_ type: UInt8, _ count: Int) {
        guard count > 9 else {
            writeMultipleIntegers(type, UInt8(ascii: "0") + UInt8(count), UInt16(0x0D0A))
            return
        }
        writeInteger(type)
        // Decimal text of up to 15 bytes is a small string: no allocation.
        writeString(String(count))
        writeInteger(UInt16(0x0D0A))
    }
}
