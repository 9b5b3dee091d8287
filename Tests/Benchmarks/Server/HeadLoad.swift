import NIOCore
import NIOPosix

/// Load of HEAD requests, which wrk can't send: it waits for the bodies that their answers announce.
struct HeadLoad: Sendable {
    let port: Int
    let path: String
    /// The status that every answer must have.
    let status: Int

    /// Sends one request after the other on each connection.
    ///
    /// - Throws: ``BenchmarkError`` if one is answered otherwise or not at all.
    func run(connections: Int, seconds: Int) async throws -> LoadGenerator.Result {
        let start = NIODeadline.now()
        let end = start + .seconds(Int64(seconds))
        let latencies = try await withThrowingTaskGroup(of: [Int64].self) { group in
            for _ in 0..<connections {
                group.addTask { try await connection(until: end) }
            }
            return try await group.reduce(into: []) { $0 += $1 }.sorted()
        }
        let elapsed = Double((NIODeadline.now() - start).nanoseconds) / 1e9
        guard !latencies.isEmpty else { throw BenchmarkError("HEAD \(path): no answers") }
        func percentile(_ share: Double) -> Double {
            Double(latencies[min(latencies.count - 1, Int(Double(latencies.count) * share))]) / 1e6
        }
        return LoadGenerator.Result(
            requests: latencies.count,
            requestsPerSecond: Double(latencies.count) / elapsed,
            p50Milliseconds: percentile(0.5),
            p99Milliseconds: percentile(0.99)
        )
    }

    /// The latencies of one connection's requests in nanoseconds.
    private func connection(until end: NIODeadline) async throws -> [Int64] {
        let promise = MultiThreadedEventLoopGroup.singleton.any().makePromise(of: [Int64].self)
        let request = "HEAD \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n\r\n"
        let status = status
        do {
            _ = try await ClientBootstrap(group: promise.futureResult.eventLoop)
                .channelOption(.socketOption(.tcp_nodelay), value: 1)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let handler = HeadHandler(request: request, status: status, end: end, promise: promise)
                        try channel.pipeline.syncOperations.addHandler(handler)
                    }
                }
                .connect(host: "127.0.0.1", port: port).get()
        } catch {
            promise.fail(error)
        }
        return try await promise.futureResult.get()
    }
}

/// Sends requests on one connection, each when the one before is answered.
private final class HeadHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let request: ByteBuffer
    private let expected: [UInt8]
    private let end: NIODeadline
    private let promise: EventLoopPromise<[Int64]>
    private var latencies: [Int64] = []
    private var sent = NIODeadline.now()
    private var answer = ByteBuffer()

    init(request: String, status: Int, end: NIODeadline, promise: EventLoopPromise<[Int64]>) {
        self.request = ByteBuffer(string: request)
        expected = Array("HTTP/1.1 \(status) ".utf8)
        self.end = end
        self.promise = promise
    }

    func channelActive(context: ChannelHandlerContext) {
        // A server that hangs must not hold the run up.
        let channel = context.channel
        context.eventLoop.scheduleTask(deadline: end + .seconds(10)) { channel.close(promise: nil) }
        send(context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        answer.writeBuffer(&bytes)
        guard answer.readableBytesView.suffix(4).elementsEqual("\r\n\r\n".utf8) else { return }
        let now = NIODeadline.now()
        guard answer.readableBytesView.starts(with: expected) else {
            promise.fail(BenchmarkError("HEAD: the server answered \(String(buffer: answer).prefix(40))"))
            context.close(promise: nil)
            return
        }
        latencies.append((now - sent).nanoseconds)
        answer.clear()
        if now < end {
            send(context)
        } else {
            promise.succeed(latencies)
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        promise.fail(BenchmarkError("HEAD: the server closed the connection or did not answer"))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        promise.fail(error)
        context.close(promise: nil)
    }

    private func send(_ context: ChannelHandlerContext) {
        sent = .now()
        context.writeAndFlush(wrapOutboundOut(request), promise: nil)
    }
}
