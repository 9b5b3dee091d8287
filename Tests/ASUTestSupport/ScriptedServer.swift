internal import Foundation
internal import Glibc
internal import Synchronization

/// A server whose answers are written byte by byte in the test; one connection after the other.
package final class ScriptedServer: Sendable {
    /// What to do with a connection once its request's head is there.
    package enum Answer: Sendable {
        /// Send these bytes and close.
        case bytes([UInt8])
        /// Send these bytes and keep the connection open until the server is released.
        case bytesAndHang([UInt8])

        /// Sends a text and closes.
        package static func text(_ text: String) -> Answer { .bytes(Array(text.utf8)) }
    }

    private struct State {
        var heads: [String] = []
        var open: [Int32] = []
    }

    /// `http://127.0.0.1:<port>`.
    package let url: String
    /// Where it listens, if not on a port.
    package let unixSocketPath: String?
    private let listener: Int32
    private let state = Mutex(State())

    /// The heads of all requests so far.
    package var heads: [String] { state.withLock { $0.heads } }

    /// Waits until that many requests have come, 20 seconds at most.
    package func waitForRequests(_ count: Int) async {
        await pollUntil { self.heads.count >= count }
    }

    /// Listens on a free loopback port, or on a Unix socket.
    package init(
        unixSocketPath: String? = nil,
        _ answer: @escaping @Sendable (_ number: Int, _ head: String) -> Answer
    ) throws {
        self.unixSocketPath = unixSocketPath
        if let unixSocketPath {
            listener = try Self.listen(unix: unixSocketPath)
            url = "http://localhost"
        } else {
            let (socket, port) = try Self.listenOnLoopback()
            listener = socket
            url = "http://127.0.0.1:\(port)"
        }
        let listener = listener
        let serve: @Sendable () -> Void = { [weak self] in
            var number = 0
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { break }
                number += 1
                let head = Self.readHead(connection)
                guard let self else {
                    close(connection)
                    break
                }
                self.state.withLock { $0.heads.append(head) }
                switch answer(number, head) {
                case .bytes(let bytes):
                    Self.send(bytes, to: connection)
                    close(connection)
                case .bytesAndHang(let bytes):
                    Self.send(bytes, to: connection)
                    self.state.withLock { $0.open.append(connection) }
                }
            }
            close(listener)
        }
        Thread.detachNewThread(serve)
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        for connection in state.withLock({ $0.open }) { close(connection) }
    }

    private static func readHead(_ connection: Int32) -> String {
        var head: [UInt8] = []
        var byte: UInt8 = 0
        while !head.suffix(4).elementsEqual([13, 10, 13, 10]), head.count < 65_536, read(connection, &byte, 1) == 1 {
            head.append(byte)
        }
        // A body left unread would make closing a reset.
        let text = String(decoding: head, as: UTF8.self)
        let length = text.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length: ") }
        var left = length.flatMap { Int($0.dropFirst(16)) } ?? 0
        while left > 0, read(connection, &byte, 1) == 1 { left -= 1 }
        return String(decoding: head, as: UTF8.self)
    }

    private static func send(_ bytes: [UInt8], to connection: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    private static func listenOnLoopback() throws -> (Int32, Int) {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(socket, address, length) == 0 && Glibc.listen(socket, 64) == 0
                    ? getsockname(socket, address, &length) : -1
            }
        }
        guard result == 0 else { throw TestSupportError("cannot listen on the loopback interface") }
        return (socket, Int(UInt16(bigEndian: address.sin_port)))
    }

    private static func listen(unix path: String) throws -> Int32 {
        let socket = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(socket, address, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0 ? Glibc.listen(socket, 64) : -1
            }
        }
        guard result == 0 else { throw TestSupportError("cannot listen on \(path)") }
        return socket
    }
}

/// Waits until something holds, 20 seconds at most; what follows finds out whether it does.
package func pollUntil(_ condition: () -> Bool) async {
    let end = ContinuousClock.now + .seconds(20)
    while !condition() && ContinuousClock.now < end {
        // A cancelled task does not sleep: the condition is for the test to judge then.
        guard (try? await Task.sleep(for: .milliseconds(5))) != nil else { return }
    }
}
