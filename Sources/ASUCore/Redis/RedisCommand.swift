import NIOCore

/// A Redis command: its name and arguments.
///
/// ```swift
/// RedisCommand("HMGET", key, "state", "v1")
/// ```
package struct RedisCommand: Sendable, Equatable {
    /// The name, then its arguments.
    package let arguments: [RedisArgument]

    /// Creates a command from its name and a list of arguments.
    package init(_ name: String, arguments: [RedisArgument]) {
        self.arguments = [.text(name)] + arguments
    }

    /// Creates a command from its name and arguments: strings, integers, ``ByteBuffer``s, byte arrays.
    package init<each Argument: RedisArgumentConvertible>(_ name: String, _ argument: repeat each Argument) {
        var arguments: [RedisArgument] = [.text(name)]
        for value in repeat each argument { arguments.append(value.redisArgument) }
        self.arguments = arguments
    }

    /// Creates a command from the name and arguments in one list, which must not be empty.
    init(all arguments: [RedisArgument]) {
        self.arguments = arguments
    }

    /// The name, for messages.
    var name: String {
        if case .text(let name)? = arguments.first { return name }
        return "command"
    }

    /// Writes the command as a RESP array.
    func encode(into output: inout ByteBuffer) {
        output.writeRESPHeader(UInt8(ascii: "*"), arguments.count)
        for argument in arguments { argument.encode(into: &output) }
    }
}
