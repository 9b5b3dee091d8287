import NIOCore

/// The protocol side of one channel: writes commands, matches replies to them in order, watches the time-outs.
///
/// Commands of one event-loop tick leave in one write. Belongs to its channel's event loop.
final class RedisChannelHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private struct Pending {
        let reply: RedisReply
        let deadline: NIODeadline
        let name: String
    }

    /// Most commands that may wait for their replies.
    static let maxPending = 65_536
    /// A write buffer larger than this is not kept for the next tick.
    private static let keptCapacity = 1 << 18

    private let parser: RESPParser
    private var context: ChannelHandlerContext?
    private var pending = CircularBuffer<Pending>(initialCapacity: 64)
    private var outbound = ByteBuffer()
    private var isFlushScheduled = false
    private var timer: (deadline: NIODeadline, task: Scheduled<Void>)?
    private var failure: RedisError?
    /// Called once, when the channel can no longer be used.
    var onClose: ((RedisError) -> Void)?

    init(maxReplyBytes: Int) throws {
        self.parser = try RESPParser(maxReplyBytes: maxReplyBytes)
    }

    /// Queues a command for this tick's write; `reply` is completed exactly once.
    func send(_ command: RedisCommand, timeout: TimeAmount, reply: RedisReply) {
        guard failure == nil, context != nil else {
            reply.complete(.failure(failure ?? RedisError(.unavailable, "the connection is closed")))
            return
        }
        guard pending.count < Self.maxPending else {
            let text = "\(command.name): \(Self.maxPending) commands already wait for the server; try again later"
            reply.complete(.failure(RedisError(.unavailable, text)))
            return
        }
        let deadline = NIODeadline.now() + timeout
        pending.append(Pending(reply: reply, deadline: deadline, name: command.name))
        command.encode(into: &outbound)
        scheduleFlush()
        arm(deadline)
    }

    /// Fails all pending commands with `error` and closes the channel.
    func fail(_ error: RedisError) {
        guard failure == nil else { return }
        failure = error
        timer?.task.cancel()
        timer = nil
        let closed = onClose
        onClose = nil
        closed?(error)
        while let entry = pending.popFirst() { entry.reply.complete(.failure(error)) }
        context?.close(promise: nil)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        fail(RedisError(.unavailable, "the connection is closed"))
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard failure == nil else { return }
        do {
            try parser.feed(unwrapInboundIn(data))
            while failure == nil, let reply = try parser.next() {
                guard let entry = pending.popFirst() else {
                    throw RedisError(.protocolViolation, "the server sent a reply that no command waits for")
                }
                switch reply {
                case .value(let value): entry.reply.complete(.success(value))
                case .error(let text): entry.reply.complete(.failure(.reply(text, to: entry.name)))
                }
            }
        } catch let error as RedisError {
            fail(error)
        } catch {
            fail(RedisError(.protocolViolation, "a reply could not be read", cause: error))
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail(RedisError(.unavailable, "the server closed the connection"))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(RedisError(.unavailable, "the connection broke", cause: error))
    }

    private func scheduleFlush() {
        guard !isFlushScheduled, let context else { return }
        isFlushScheduled = true
        context.eventLoop.assumeIsolated().execute { self.flush() }
    }

    private func flush() {
        isFlushScheduled = false
        guard failure == nil, let context else { return }
        context.writeAndFlush(wrapOutboundOut(outbound), promise: nil)
        // The socket usually took all of it at once, so the storage is ours alone again.
        if outbound.capacity > Self.keptCapacity { outbound = ByteBuffer() } else { outbound.clear() }
    }

    private func arm(_ deadline: NIODeadline) {
        if let timer {
            guard deadline < timer.deadline else { return }
            timer.task.cancel()
        }
        guard let context else { return }
        let task = context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { self.timerFired() }
        timer = (deadline, task)
    }

    private func timerFired() {
        timer = nil
        guard let oldest = pending.first else { return }
        if oldest.deadline <= .now() {
            fail(RedisError(.timedOut, "\(oldest.name): no reply in time; is the server overloaded or stopped?"))
        } else {
            arm(oldest.deadline)
        }
    }
}
