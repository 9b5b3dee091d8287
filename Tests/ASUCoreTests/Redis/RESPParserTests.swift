import NIOCore
import Testing

@testable import ASUCore

@Suite struct RESPParserTests {
    private func parse(_ text: String, chunk: Int = .max) throws -> [RESPParser.Reply] {
        let parser = try RESPParser(maxReplyBytes: 1 << 20)
        var replies: [RESPParser.Reply] = []
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            try parser.feed(ByteBuffer(bytes: bytes.prefix(chunk)))
            bytes = bytes.dropFirst(chunk)
            while let reply = try parser.next() { replies.append(reply) }
        }
        return replies
    }

    private func string(_ text: String) -> RESPValue { .string(ByteBuffer(string: text)) }

    @Test(arguments: [1, 2, 7, Int.max])
    func next_anyChunking_givesTheSameReplies(chunk: Int) throws {
        let text = "+OK\r\n:-42\r\n$-1\r\n$0\r\n\r\n$4\r\na\r\nb\r\n*3\r\n:1\r\n*-1\r\n*2\r\n$1\r\nx\r\n*0\r\n"
        let values = try parse(text, chunk: chunk).map { reply in
            guard case .value(let value) = reply else { return RESPValue.null }
            return value
        }
        #expect(
            values == [
                string("OK"), .integer(-42), .null, string(""), string("a\r\nb"),
                .array([.integer(1), .null, .array([string("x"), .array([])])]),
            ]
        )
    }

    @Test(arguments: ["-ERR no\r\n", "*2\r\n:1\r\n-ERR no\r\n"])
    func next_errorReply_isError(text: String) throws {
        let replies = try parse(text)
        guard case .error(let message)? = replies.first else {
            Issue.record("no error among \(replies)")
            return
        }
        #expect(message == "ERR no")
    }

    @Test(arguments: ["HTTP/1.1 400 Bad Request\r\n\r\n", "$x\r\n", "*-5\r\n", ":\r\n", "$-7\r\n"])
    func next_garbage_throwsProtocolViolation(text: String) {
        let error = #expect(throws: RedisError.self) { try parse(text) }
        #expect(error?.code == .protocolViolation)
    }

    @Test func feed_overTheLimit_throwsProtocolViolation() throws {
        let parser = try RESPParser(maxReplyBytes: 100)
        try parser.feed(ByteBuffer(string: "$1000\r\n" + String(repeating: "x", count: 80)))
        #expect(try parser.next() == nil)
        let error = #expect(throws: RedisError.self) {
            try parser.feed(ByteBuffer(string: String(repeating: "x", count: 80)))
        }
        #expect(error?.code == .protocolViolation)
    }
}
