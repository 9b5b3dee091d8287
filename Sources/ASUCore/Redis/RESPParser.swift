internal import CHiredis
import NIOCore

/// Turns the bytes of a connection into replies, with hiredis' incremental reader.
///
/// Not thread-safe: it belongs to one channel's event loop.
final class RESPParser {
    /// One reply of the server.
    enum Reply: Equatable {
        case value(RESPValue)
        case error(String)
    }

    private let reader: UnsafeMutablePointer<redisReader>
    private let maxReplyBytes: Int

    /// Creates a parser.
    ///
    /// - Parameter maxReplyBytes: Most bytes that may wait for their reply to become complete.
    /// - Throws: ``RedisError`` if there is no memory.
    init(maxReplyBytes: Int) throws {
        guard let reader = redisReaderCreate() else {
            throw RedisError(.unavailable, "no memory for a reply reader")
        }
        self.reader = reader
        self.maxReplyBytes = maxReplyBytes
    }

    deinit {
        redisReaderFree(reader)
    }

    /// Adds received bytes.
    func feed(_ buffer: ByteBuffer) throws {
        guard buffer.readableBytes > 0 else { return }
        let unread = reader.pointee.len - reader.pointee.pos
        guard unread + buffer.readableBytes <= maxReplyBytes else {
            throw RedisError(.protocolViolation, "a reply is longer than the limit of \(maxReplyBytes) bytes")
        }
        let fed = buffer.withUnsafeReadableBytes { bytes in
            redisReaderFeed(reader, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count)
        }
        guard fed == REDIS_OK else { throw failure() }
    }

    /// The next complete reply, or `nil` until more bytes are fed.
    func next() throws -> Reply? {
        var raw: UnsafeMutableRawPointer?
        guard redisReaderGetReply(reader, &raw) == REDIS_OK else { throw failure() }
        guard let raw else { return nil }
        defer { freeReplyObject(raw) }
        let reply = raw.assumingMemoryBound(to: redisReply.self)
        if reply.pointee.type == REDIS_REPLY_ERROR { return .error(Self.text(reply)) }
        do throws(NestedError) {
            return .value(try Self.value(reply))
        } catch {
            return .error(error.message)
        }
    }

    private struct NestedError: Error {
        let message: String
    }

    private static func value(_ reply: UnsafeMutablePointer<redisReply>) throws(NestedError) -> RESPValue {
        switch reply.pointee.type {
        case REDIS_REPLY_NIL:
            return .null
        case REDIS_REPLY_INTEGER:
            return .integer(reply.pointee.integer)
        case REDIS_REPLY_ARRAY:
            return .array(try elements(reply))
        case REDIS_REPLY_ERROR:
            throw NestedError(message: text(reply))
        default:
            let bytes = UnsafeRawBufferPointer(start: reply.pointee.str, count: Int(reply.pointee.len))
            return .string(bytes.isEmpty ? ByteBuffer() : ByteBuffer(bytes: bytes))
        }
    }

    // The strings of an array are slices of one buffer: one allocation for a row of fields.
    private static func elements(_ reply: UnsafeMutablePointer<redisReply>) throws(NestedError) -> [RESPValue] {
        let elements = UnsafeBufferPointer(start: reply.pointee.element, count: Int(reply.pointee.elements))
        var length = 0
        for case let element? in elements where isString(element) { length += Int(element.pointee.len) }
        var storage = ByteBuffer()
        storage.reserveCapacity(length)
        for case let element? in elements where isString(element) {
            storage.writeBytes(UnsafeRawBufferPointer(start: element.pointee.str, count: Int(element.pointee.len)))
        }
        var values: [RESPValue] = []
        values.reserveCapacity(elements.count)
        for case let element? in elements {
            if isString(element) {
                values.append(.string(storage.readSlice(length: Int(element.pointee.len)) ?? ByteBuffer()))
            } else {
                values.append(try value(element))
            }
        }
        return values
    }

    private static func isString(_ reply: UnsafeMutablePointer<redisReply>) -> Bool {
        reply.pointee.type == REDIS_REPLY_STRING || reply.pointee.type == REDIS_REPLY_STATUS
    }

    private static func text(_ reply: UnsafeMutablePointer<redisReply>) -> String {
        let bytes = UnsafeRawBufferPointer(start: reply.pointee.str, count: Int(reply.pointee.len))
        return String(decoding: bytes.prefix(1024), as: UTF8.self)
    }

    private func failure() -> RedisError {
        let text = withUnsafeBytes(of: reader.pointee.errstr) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        return RedisError(.protocolViolation, "the server's bytes are no RESP reply: \(text)")
    }
}
