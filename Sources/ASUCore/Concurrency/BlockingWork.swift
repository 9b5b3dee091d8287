internal import Foundation
internal import NIOPosix

/// Runs work that blocks (file system calls, unpacking) on threads kept for that, off the cooperative ones.
package enum BlockingWork {
    /// Runs `body` and returns what it does.
    ///
    /// It runs whether the task is cancelled or not: cleaning up after a cancelled build is work too.
    package static func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            NIOThreadPool.singleton.submit { _ in continuation.resume(with: Result(catching: body)) }
        }
    }

    /// Runs `body` on a thread of its own: for work that waits on others for as long as a build runs, and would hold up
    /// everything that shares the few threads of ``run(_:)``.
    package static func runForLong<Value: Sendable>(
        _ body: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result(catching: body)) }
        }
    }
}
