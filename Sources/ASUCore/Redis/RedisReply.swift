import NIOCore

/// Who waits for the reply to a command that was sent.
enum RedisReply {
    /// A caller of an async function.
    case continuation(CheckedContinuation<RESPValue, any Error>)
    /// Position `Int` of a pipeline.
    case batch(RedisBatch, Int)

    func complete(_ result: Result<RESPValue, RedisError>) {
        switch self {
        case .continuation(let continuation):
            switch result {
            case .success(let value): continuation.resume(returning: value)
            case .failure(let error): continuation.resume(throwing: error)
            }
        case .batch(let batch, let index): batch.complete(index, result)
        }
    }
}

/// Collects the replies to a pipeline and reports once all are there.
///
/// Belongs to one event loop.
final class RedisBatch {
    private var values: [RESPValue]
    private var missing: Int
    private var failure: RedisError?
    private let done: (Result<[RESPValue], RedisError>) -> Void

    /// - Parameters:
    ///   - count: Number of replies, at least 1.
    ///   - done: Called once, with all replies or the first error.
    init(count: Int, done: @escaping (Result<[RESPValue], RedisError>) -> Void) {
        self.values = Array(repeating: .null, count: count)
        self.missing = count
        self.done = done
    }

    func complete(_ index: Int, _ result: Result<RESPValue, RedisError>) {
        switch result {
        case .success(let value): values[index] = value
        case .failure(let error): if failure == nil { failure = error }
        }
        missing -= 1
        guard missing == 0 else { return }
        if let failure { done(.failure(failure)) } else { done(.success(values)) }
    }
}
