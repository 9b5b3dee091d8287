import Foundation
import NIOPosix
import Synchronization
import Testing

@testable import ASUWorker

/// Runs of real processes, in bubblewrap and without.
@Suite struct SandboxTests {
    /// A folder of one test.
    private struct Room: ~Copyable {
        let path: String

        init() throws {
            path = FileManager.default.temporaryDirectory.appending(path: "asu-sandbox-\(UUID().uuidString)").path
            for name in ["logs", "input", "work"] {
                try FileManager.default.createDirectory(atPath: "\(path)/\(name)", withIntermediateDirectories: true)
            }
            try "readable\n".write(toFile: "\(path)/input/file", atomically: true, encoding: .utf8)
        }

        deinit {
            do { try FileManager.default.removeItem(atPath: path) } catch { Issue.record(error) }
        }

        func command(_ script: String, inMemory: Bool = true) -> SandboxedCommand {
            SandboxedCommand(
                ["/bin/sh", "-c", .text(script), "test", .path(in: "/input", "file"), .path(in: "/build", "")],
                mounts: [.init("\(path)/input", at: "/input")],
                workspace: inMemory
                    ? .memory(at: "/build") : .folder(.init("\(path)/work", at: "/build", isWritable: true)),
                logFolder: "\(path)/logs"
            )
        }
    }

    /// What a run wrote to its standard input.
    private final class Received: Sendable {
        private let bytes = Mutex<[UInt8]>([])

        var text: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }

        func read(_ descriptor: CInt) async throws {
            let all = try await NIOThreadPool.singleton.runIfActive {
                try FileHandle(fileDescriptor: descriptor, closeOnDealloc: false).readToEnd() ?? Data()
            }
            bytes.withLock { $0 = Array(all) }
        }
    }

    private static let sandboxes: [any Sandbox] = [BubblewrapSandbox(), UnconfinedSandbox()]

    private func run(
        _ sandbox: any Sandbox,
        _ room: borrowing Room,
        _ script: String,
        limits: SandboxLimits = SandboxLimits(wallTime: .seconds(30))
    ) async throws -> (SandboxOutcome, String) {
        let received = Received()
        let command = room.command(script, inMemory: sandbox is BubblewrapSandbox)
        let outcome = try await sandbox.run(command, limits: limits) { try await received.read($0) }
        return (outcome, received.text)
    }

    @Test(arguments: 0..<2)
    func run_script_givesStreamsArtifactsAndExitCode(index: Int) async throws {
        let room = try Room()
        let (outcome, artifacts) = try await run(
            Self.sandboxes[index],
            room,
            "exec 3>&0 </dev/null; cat \"$1\"; echo oops >&2; cd \"$2\" && echo made >x && cat x >&3; exit 7"
        )
        #expect(outcome.ending == .exited(7))
        #expect(outcome.stdout.tail == "readable\n")
        #expect(outcome.stderr.tail == "oops\n")
        #expect(artifacts == "made\n")
        #expect(try String(contentsOfFile: outcome.stdout.path, encoding: .utf8) == "readable\n")
    }

    @Test(arguments: 0..<2)
    func run_longOutput_isCutWithANoticeAndDrained(index: Int) async throws {
        let room = try Room()
        let limits = SandboxLimits(wallTime: .seconds(30), outputBytes: 1000)
        let (outcome, _) = try await run(
            Self.sandboxes[index],
            room,
            "i=0; while [ $i -lt 20000 ]; do echo 0123456789; i=$((i+1)); done; echo end",
            limits: limits
        )
        #expect(outcome.ending == .exited(0))
        #expect(outcome.stdout.byteCount == 220_004)
        #expect(outcome.stdout.tail.hasSuffix("0123456789\nend\n"))
        #expect(outcome.stdout.tail.utf8.count == BoundedOutput.tailBytes)
        let file = try String(contentsOfFile: outcome.stdout.path, encoding: .utf8)
        #expect(file.hasSuffix("\n[cut after 1000 bytes]\n"))
        #expect(file.utf8.count == 1000 + 24)
    }

    @Test(arguments: 0..<2)
    func run_overTime_killsEverything(index: Int) async throws {
        let room = try Room()
        let mark = "3\(UInt32.random(in: 100_000...999_999))"
        let (outcome, _) = try await run(
            Self.sandboxes[index],
            room,
            "sleep \(mark) & sleep \(mark) & echo started; wait",
            limits: SandboxLimits(wallTime: .milliseconds(700))
        )
        #expect(outcome.ending == .timedOut)
        #expect(outcome.exitCode == 124)
        #expect(outcome.stdout.tail == "started\n")
        #expect(outcome.wallTime < .seconds(10))
        #expect(try await Self.isGone(mark))
    }

    /// A reader that finds only half a stream when a command is killed must not hide that it was killed; the two ends
    /// race, so it is tried several times.
    @Test func run_overTime_isTheOutcomeWhateverTheReaderSays() async throws {
        struct HalfStream: Error {}
        for _ in 0..<8 {
            let room = try Room()
            let command = room.command("echo half >&0; sleep 30")
            let limits = SandboxLimits(wallTime: .milliseconds(300))
            let outcome = try await BubblewrapSandbox().run(command, limits: limits) { descriptor in
                _ = try await NIOThreadPool.singleton.runIfActive {
                    try FileHandle(fileDescriptor: descriptor, closeOnDealloc: false).readToEnd()
                }
                throw HalfStream()
            }
            #expect(outcome.ending == .timedOut)
        }
    }

    @Test(arguments: 0..<2)
    func run_cancelled_killsEverything(index: Int) async throws {
        let room = try Room()
        let mark = "4\(UInt32.random(in: 100_000...999_999))"
        let sandbox = Self.sandboxes[index]
        let command = room.command("sleep \(mark)", inMemory: index == 0)
        await #expect(throws: CancellationError.self) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { _ = try await sandbox.run(command, limits: SandboxLimits(wallTime: .seconds(60))) }
                group.addTask {
                    let found = try await Self.waitUntil { try Self.processes(with: mark) > 0 }
                    #expect(found)
                }
                try await group.next()
                group.cancelAll()
                try await group.next()
            }
        }
        #expect(try await Self.isGone(mark))
    }

    @Test(arguments: 0..<2)
    func run_backgroundProcess_doesNotOutliveTheRun(index: Int) async throws {
        let room = try Room()
        let mark = "5\(UInt32.random(in: 100_000...999_999))"
        let (outcome, _) = try await run(
            Self.sandboxes[index],
            room,
            "sleep \(mark) </dev/null >/dev/null 2>&1 & exit 0"
        )
        #expect(outcome.ending == .exited(0))
        #expect(try await Self.isGone(mark))
    }

    @Test(arguments: 0..<2)
    func run_readerThrows_killsAndRethrows(index: Int) async throws {
        struct Refused: Error {}
        let room = try Room()
        let mark = "6\(UInt32.random(in: 100_000...999_999))"
        let command = room.command("sleep \(mark)", inMemory: index == 0)
        await #expect(throws: Refused.self) {
            _ = try await Self.sandboxes[index].run(command, limits: SandboxLimits(wallTime: .seconds(60))) { _ in
                throw Refused()
            }
        }
        #expect(try await Self.isGone(mark))
    }

    @Test func bubblewrap_leavesTheSession_isKilledToo() async throws {
        let room = try Room()
        let mark = "7\(UInt32.random(in: 100_000...999_999))"
        let (outcome, _) = try await run(
            BubblewrapSandbox(),
            room,
            "setsid sleep \(mark) </dev/null >/dev/null 2>&1 & sleep 0.2; exit 0"
        )
        #expect(outcome.ending == .exited(0))
        #expect(try await Self.isGone(mark))
    }

    @Test(arguments: [
        "echo x >\"$1\"", "echo x >/tmp2", "echo x >/usr/x", "echo x >/dev/x", "echo x >/etc/x", "ls /root", "ls /home",
        "mount -t tmpfs none /build", "cat /proc/1/root/etc/shadow", "ls /var",
    ])
    func bubblewrap_forbidden_fails(script: String) async throws {
        let room = try Room()
        let (outcome, _) = try await run(BubblewrapSandbox(), room, "echo begun; \(script)")
        #expect(outcome.stdout.tail.hasPrefix("begun\n"))
        #expect(outcome.exitCode != 0)
    }

    @Test func bubblewrap_network_isLoopbackOnly() async throws {
        let room = try Room()
        let (outcome, _) = try await run(BubblewrapSandbox(), room, "cat /proc/net/dev | grep -c :")
        #expect(outcome.stdout.tail == "1\n")
    }

    @Test func bubblewrap_capabilities_areNone() async throws {
        let room = try Room()
        let (outcome, _) = try await run(BubblewrapSandbox(), room, "grep CapEff /proc/self/status; env | sort")
        #expect(outcome.stdout.tail.hasPrefix("CapEff:\t0000000000000000\n"))
        let names = outcome.stdout.tail.split(separator: "\n").dropFirst().map { $0.prefix { $0 != "=" } }
        #expect(Set(names) == ["LC_ALL", "PATH", "PWD", "TZ"])
    }

    @Test func bubblewrap_workspaceFull_fails() async throws {
        let room = try Room()
        let (outcome, _) = try await run(
            BubblewrapSandbox(),
            room,
            "head -c 3000000 /dev/zero >/build/a && head -c 3000000 /dev/zero >/build/b",
            limits: SandboxLimits(wallTime: .seconds(30), workspaceBytes: 4 << 20)
        )
        #expect(outcome.exitCode != 0)
        #expect(outcome.stderr.tail.contains("No space left on device"))
    }

    @Test func bubblewrap_addressSpace_isBounded() async throws {
        let room = try Room()
        let (outcome, _) = try await run(
            BubblewrapSandbox(),
            room,
            "python3 -c 'x = bytearray(400 << 20)'",
            limits: SandboxLimits(wallTime: .seconds(30), memoryBytes: 200 << 20)
        )
        #expect(outcome.exitCode != 0)
    }

    @Test func bubblewrap_missing_namesTheTool() async throws {
        let room = try Room()
        let error = await #expect(throws: SandboxError.self) {
            try await BubblewrapSandbox(program: "bwrap-that-is-not-there")
                .run(room.command("true"), limits: SandboxLimits())
        }
        #expect(error?.code == .missingTool)
        #expect(error?.description.contains("bwrap-that-is-not-there") == true)
    }

    @Test func unconfined_workspaceInMemory_isRefused() async throws {
        let room = try Room()
        let error = await #expect(throws: SandboxError.self) {
            try await UnconfinedSandbox().run(room.command("true"), limits: SandboxLimits())
        }
        #expect(error?.code == .unsupported)
    }

    /// How many processes have `mark` as an argument.
    private static func processes(with mark: String) throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { name in
            guard name.allSatisfy(\.isNumber), let line = FileManager.default.contents(atPath: "/proc/\(name)/cmdline")
            else { return false }
            return line.split(separator: 0).contains { $0.elementsEqual(mark.utf8) }
        }.count
    }

    private static func isGone(_ mark: String) async throws -> Bool {
        try await waitUntil { try processes(with: mark) == 0 }
    }

    private static func waitUntil(_ condition: () throws -> Bool) async throws -> Bool {
        for _ in 0..<100 {
            if try condition() { return true }
            try await Task.sleep(for: .milliseconds(50))
        }
        return false
    }
}
