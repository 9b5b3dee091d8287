import Foundation
import Synchronization

/// Adds up the CPU time of a process tree from samples of /proc.
final class ProcessSampler: Sendable {
    private struct Sum {
        /// Of the tree, in the last sample.
        var live = Duration.zero
        /// Of what left the tree without being waited for.
        var lost = Duration.zero
    }

    private static let interval = Duration.milliseconds(50)

    private let sum = Mutex(Sum())

    /// All CPU time seen.
    var total: Duration { sum.withLock { $0.live + $0.lost } }

    /// Samples while `body` runs.
    func watch<Value: Sendable>(
        _ process: Int32,
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                while !Task.isCancelled {
                    self.sample(process)
                    do { try await Task.sleep(for: Self.interval) } catch { break }
                }
                return nil
            }
            defer { group.cancelAll() }
            while let value = try await group.next() {
                if let value { return value }
            }
            throw CancellationError()
        }
    }

    private func sample(_ root: Int32) {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: "/proc") else { return }
        var figures: [Int32: ProcessFigures] = [:]
        for name in names {
            if let process = Int32(name) { figures[process] = ProcessFigures(process) }
        }
        var time = Duration.zero
        for (process, own) in figures where Self.descends(process, from: root, figures) {
            time += own.ownTime + own.childrenTime
        }
        sum.withLock { sum in
            // A child that is waited for moves into its parent's account; one that isn't takes its time with it.
            if time < sum.live { sum.lost += sum.live - time }
            sum.live = time
        }
    }

    private static func descends(_ process: Int32, from root: Int32, _ figures: [Int32: ProcessFigures]) -> Bool {
        var current = process
        for _ in 0..<100 {
            if current == root { return true }
            guard let parent = figures[current]?.parent, parent > 1 else { return false }
            current = parent
        }
        return false
    }
}
