import ASUCore
import Foundation

/// Does once per archive what every build would otherwise do again.
struct ImageBuilderPreparation: Sendable {
    let sandbox: any Sandbox
    let limits: SandboxLimits

    /// Prepares the tree below `home`.
    ///
    /// - Parameter home: The folder that holds `tree/`; changed in place.
    /// - Returns: The output of `make info`.
    /// - Throws: ``ImageBuilderError`` if the tree can't be prepared or lists no profile.
    func prepare(home: String) async throws -> String {
        let logs = home + "/logs"
        try await BlockingWork.run {
            try FileManager.default.createDirectory(atPath: logs, withIntermediateDirectories: true)
        }
        let command = SandboxedCommand(
            ["/bin/sh", "-c", .text(BuildScript.prepare), "asu-prepare", .path(in: "/build", "")],
            workspace: .folder(SandboxedCommand.Mount(home, at: "/build", isWritable: true)),
            logFolder: logs
        )
        let outcome = try await sandbox.run(command, limits: limits)
        guard outcome.ending != .timedOut else {
            let limit = limits.wallTime.setting
            throw ImageBuilderError(.malformed, "its preparation took longer than \(limit) and was stopped")
        }
        guard outcome.exitCode == 0 else {
            let words = outcome.stderr.tail.split(separator: "\n").suffix(3).joined(separator: " / ")
            throw ImageBuilderError(
                .malformed,
                "make info failed with exit code \(outcome.exitCode): "
                    + words.replacingOccurrences(of: home, with: "/build")
            )
        }
        let path = outcome.stdout.path
        let output = try await BlockingWork.run { try String(contentsOfFile: path, encoding: .utf8) }
        do {
            _ = try ImageBuilderInfo(text: output)
        } catch {
            throw ImageBuilderError(.malformed, "\(error)")
        }
        try await BlockingWork.run { try FileManager.default.removeItem(atPath: logs) }
        return output
    }
}
