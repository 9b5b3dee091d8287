import ASUCore
import Foundation

/// Bounds a workspace on disk, which no file system bounds as it does the one in memory: looks at its size every few
/// seconds and stops the build that passes it.
struct WorkspaceWatch: Sendable {
    let folder: String
    let maxBytes: Int64
    var interval = Duration.seconds(3)

    /// Runs `body` beside the watch.
    ///
    /// - Throws: ``BuildFailure`` `.infrastructure` if the folder grew past the bound; what `body` throws.
    func whileRunning<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
        try await withThrowingTaskGroup(of: Value.self) { group in
            group.addTask(operation: body)
            group.addTask {
                while true {
                    try await Task.sleep(for: interval)
                    let folder = folder
                    let bytes = try await BlockingWork.run { DiskUsage.bytes(of: folder) }
                    guard bytes <= maxBytes else {
                        let limit = "\(maxBytes >> 20) MB"
                        throw BuildFailure.infrastructure(message: "The build wrote more than \(limit) and was stopped")
                    }
                }
            }
            defer { group.cancelAll() }
            guard let value = try await group.next() else { throw CancellationError() }
            return value
        }
    }
}
