internal import Glibc
internal import Subprocess
internal import Synchronization
internal import SystemPackage

/// Starts a sandbox's outermost process, feeds on its streams, and ends it.
///
/// swift-subprocess starts every process from one thread that lives as long as the program. bubblewrap's
/// `--die-with-parent` counts on that: it follows the thread, not the program.
struct SandboxProcess {
    /// The program; found in ``SandboxedCommand/systemPath``.
    let program: String
    let arguments: [String]
    let environment: [String: String]
    let workingDirectory: String?
    /// Whether what is left of the process group is killed after its leader's end.
    let killsGroupAtEnd: Bool

    /// How long a reader of artifacts may take after the command's end.
    private static let readingGrace: Duration = .seconds(60)

    func run(
        limits: SandboxLimits,
        logFolder: String,
        artifacts: @escaping @Sendable (CInt) async throws -> Void
    ) async throws -> SandboxOutcome {
        let stdout = try await BoundedOutput(path: "\(logFolder)/stdout.log", limit: limits.outputBytes)
        let stderr = try await BoundedOutput(path: "\(logFolder)/stderr.log", limit: limits.outputBytes)
        let channel = try ArtifactChannel()
        let clock = ContinuousClock()
        let start = clock.now
        let timeout = TimeoutFlag()
        do {
            let ending = try await withThrowingTaskGroup(of: SandboxOutcome.Ending?.self) { group in
                group.addTask {
                    do {
                        try await withTaskCancellationHandler {
                            try await artifacts(channel.readEnd)
                        } onCancel: {
                            channel.interrupt()
                        }
                    } catch {
                        // What a killed command left of its stream is no stream; that it was killed is the outcome.
                        guard timeout.isSet else { throw error }
                    }
                    return nil
                }
                group.addTask {
                    try await execute(
                        limits: limits,
                        channel: channel,
                        timeout: timeout,
                        stdout: stdout,
                        stderr: stderr
                    )
                }
                var ending: SandboxOutcome.Ending?
                for _ in 0..<2 {
                    guard let next = try await group.next() else { break }
                    if let next {
                        ending = next
                        // A process that escaped may hold the stream open: a reader does not wait for it for ever.
                        group.addTask {
                            do {
                                try await Task.sleep(for: next == .timedOut ? .zero : Self.readingGrace)
                                channel.interrupt()
                            } catch {}
                            return nil
                        }
                    }
                }
                group.cancelAll()
                return ending
            }
            try Task.checkCancellation()
            guard let ending else { throw SandboxError(.cannotStart, program, "ended without a status") }
            return await SandboxOutcome(
                ending: ending,
                stdout: stdout.finish(),
                stderr: stderr.finish(),
                wallTime: start.duration(to: clock.now)
            )
        } catch {
            _ = await (stdout.finish(), stderr.finish())
            throw error
        }
    }

    private func execute(
        limits: SandboxLimits,
        channel: ArtifactChannel,
        timeout: TimeoutFlag,
        stdout: BoundedOutput,
        stderr: BoundedOutput
    ) async throws -> SandboxOutcome.Ending {
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = [.send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .zero)]
        var variables: [Environment.Key: String] = [:]
        for (name, value) in environment { variables[Environment.Key(stringLiteral: name)] = value }
        let killsGroupAtEnd = killsGroupAtEnd
        let configuration = Configuration(
            executable: .name(program),
            arguments: Arguments(arguments),
            environment: .custom(variables),
            workingDirectory: workingDirectory.map { FilePath($0) },
            platformOptions: options
        )
        let status: TerminationStatus
        do {
            status = try await Subprocess.run(
                configuration,
                input: .fileDescriptor(FileDescriptor(rawValue: channel.writeEnd), closeAfterSpawningProcess: false),
                output: .sequence,
                error: .sequence
            ) { execution in
                channel.closeWriteEnd()
                let (output, error) = (execution.standardOutput, execution.standardError)
                try await withThrowingTaskGroup(of: Bool.self) { group in
                    group.addTask { try await Self.drain(output, into: stdout) }
                    group.addTask { try await Self.drain(error, into: stderr) }
                    group.addTask {
                        do {
                            try await Task.sleep(for: limits.wallTime)
                        } catch {
                            return false
                        }
                        timeout.set()
                        try? execution.send(signal: .kill, toProcessGroup: true)
                        return false
                    }
                    var open = 2
                    while open > 0, let drained = try await group.next() {
                        if drained { open -= 1 }
                    }
                    // Both streams ended; the process may still live, so the clock runs on until it has ended.
                    await Self.waitForEnd(of: execution.processIdentifier.value)
                    group.cancelAll()
                }
                if killsGroupAtEnd { kill(-execution.processIdentifier.value, SIGKILL) }
            }.terminationStatus
        } catch let error as SubprocessError where error.code == .executableNotFound {
            throw SandboxError(.missingTool, program, "is not installed; install it or change the setting sandbox")
        } catch let error as SubprocessError {
            throw SandboxError(.cannotStart, program, "could not be run", cause: error)
        }
        if timeout.isSet { return .timedOut }
        return switch status {
        case .exited(let code): .exited(code)
        case .signaled(let signal): .signaled(signal)
        }
    }

    private static func drain(_ stream: SubprocessOutputSequence, into output: BoundedOutput) async throws -> Bool {
        for try await buffer in stream {
            try await output.append(buffer.withUnsafeBytes { Array($0) })
        }
        return true
    }

    /// Waits until the process has ended, without taking its status.
    private static func waitForEnd(of process: pid_t) async {
        var information = siginfo_t()
        var pause = Duration.milliseconds(1)
        while waitid(P_PID, id_t(process), &information, WEXITED | WNOWAIT | WNOHANG) == 0,
            information.si_signo == 0, !Task.isCancelled
        {
            do { try await Task.sleep(for: pause) } catch { return }
            pause = min(pause * 2, .milliseconds(100))
        }
    }
}

/// Whether the wall time ran out.
private final class TimeoutFlag: Sendable {
    private let flag = Atomic(false)

    var isSet: Bool { flag.load(ordering: .relaxed) }

    func set() { flag.store(true, ordering: .relaxed) }
}
