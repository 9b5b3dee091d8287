internal import Glibc
internal import Synchronization

/// The test environment could not be set up.
package struct TestSupportError: Error, CustomStringConvertible {
    /// What failed and why.
    package let description: String

    /// An error with that description.
    package init(_ description: String) {
        self.description = description
    }

    /// What could not be done, with the reason that `errno` gives.
    static func system(_ action: String, _ number: Int32 = errno) -> TestSupportError {
        TestSupportError("cannot \(action): \(String(cString: strerror(number)))")
    }
}

/// A program that a test runs, in a process group of its own; killed and reaped when released.
package final class ChildProcess: Sendable {
    /// How a process ended.
    package enum Ending: Sendable, Equatable {
        /// It exited with this code.
        case exited(Int32)
        /// It was ended by this signal.
        case signalled(Int32)
    }

    /// The process id, and the id of its group.
    package let processID: Int32

    private let ending = Mutex<Ending?>(nil)

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - executable: Its path, or its name to be looked up in `PATH`.
    ///   - arguments: Its arguments, without its own name.
    ///   - environment: Its whole environment; `nil` for that of the tests.
    ///   - directory: Its working directory; `nil` for that of the tests.
    ///   - output: The file that takes its standard output, emptied first; `nil` for none.
    ///   - errors: The file that takes its standard error, the same as `output` for both; `nil` for none.
    /// - Throws: ``TestSupportError`` if it cannot be started.
    package init(
        _ executable: String,
        _ arguments: [String] = [],
        environment: [String: String]? = nil,
        directory: String? = nil,
        output: String? = nil,
        errors: String? = nil
    ) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        let flags = O_WRONLY | O_CREAT | O_TRUNC
        posix_spawn_file_actions_addopen(&actions, 1, output ?? "/dev/null", flags, 0o644)
        if let errors, errors == output {
            posix_spawn_file_actions_adddup2(&actions, 1, 2)
        } else {
            posix_spawn_file_actions_addopen(&actions, 2, errors ?? "/dev/null", flags, 0o644)
        }

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // The tests' own signal mask and ignored SIGPIPE are not for the child.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setpgroup(&attributes, 0)
        let spawnFlags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
        posix_spawnattr_setflags(&attributes, Int16(truncatingIfNeeded: Int(spawnFlags)))

        // posix_spawn's own change of directory is hidden behind _GNU_SOURCE.
        let command = (directory.map { ["/usr/bin/env", "-C", $0] } ?? []) + [executable] + arguments
        let argumentList = command.map { strdup($0) }
        let environmentList = environment?.map { strdup("\($0.key)=\($0.value)") }
        defer {
            for text in argumentList { free(text) }
            for text in environmentList ?? [] { free(text) }
        }
        var child: pid_t = 0
        let code: Int32
        if let environmentList {
            code = posix_spawnp(
                &child,
                command[0],
                &actions,
                &attributes,
                argumentList + [nil],
                environmentList + [nil]
            )
        } else {
            code = posix_spawnp(&child, command[0], &actions, &attributes, argumentList + [nil], environ)
        }
        guard code == 0 else { throw TestSupportError.system("start \(executable)", code) }
        processID = child
    }

    deinit {
        if poll() == nil {
            Glibc.kill(-processID, SIGKILL)
            var status: Int32 = 0
            while waitpid(processID, &status, 0) < 0 && errno == EINTR {}
        }
    }

    /// Whether the process has not ended yet.
    package var isRunning: Bool { poll() == nil }

    /// Waits for the end of the process.
    ///
    /// - Parameter deadline: How long to wait.
    /// - Returns: How it ended.
    /// - Throws: ``TestSupportError`` if it still runs then; it goes on running.
    @discardableResult
    package func wait(for deadline: Duration = .seconds(30)) async throws -> Ending {
        let end = ContinuousClock.now + deadline
        while true {
            if let ending = poll() { return ending }
            guard ContinuousClock.now < end else {
                throw TestSupportError("process \(processID) still runs after \(deadline)")
            }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// Sends a signal to the process, not to its group; nothing happens if it has ended.
    package func send(signal: Int32) {
        ending.withLock { ending in
            // Under the lock, so that the id cannot have been reaped and given away.
            if ending == nil { Glibc.kill(processID, signal) }
        }
    }

    /// Asks the process to end (SIGTERM).
    package func terminate() {
        send(signal: SIGTERM)
    }

    /// Ends the process (SIGKILL), without a chance to clean up.
    package func kill() {
        send(signal: SIGKILL)
    }

    /// Asks the process to end, ends it if it has not done so in time, and reaps it.
    @discardableResult
    package func stop(within deadline: Duration = .seconds(5)) async throws -> Ending {
        terminate()
        do {
            return try await wait(for: deadline)
        } catch is TestSupportError {
            kill()
            return try await wait(for: .seconds(5))
        }
    }

    private func poll() -> Ending? {
        ending.withLock { ending in
            if let ending { return ending }
            var status: Int32 = 0
            guard waitpid(processID, &status, WNOHANG) == processID else { return nil }
            let signal = status & 0x7f
            ending = signal == 0 ? .exited(status >> 8 & 0xff) : .signalled(signal)
            return ending
        }
    }
}
