import ASUCore
import ASUTestSupport
import Foundation
import Synchronization

@testable import ASUWorker

/// A sandbox that runs nothing: it answers as a prepared ImageBuilder would, or as the test says.
final class StubSandbox: Sandbox {
    /// What a run leaves.
    struct Answer: Sendable {
        var exitCode: Int32 = 0
        var ending: SandboxOutcome.Ending?
        var stdout = ""
        var stderr = ""
        /// The files it hands over.
        var files: [String: String] = [:]
    }

    static let info = """
        Current Target: "ath79/generic"
        Current Architecture: "mips"
        Current Revision: "\(SampleJob.revision)"
        Default Packages: base-files dnsmasq
        Available Profiles:

        board-a:
            A Board
            Packages: kmod-usb
            hasImageMetadata: 1

        """

    /// One good image of `board-a`.
    static var image: Answer {
        let sha = SHA256Digest(hashing: Array("image".utf8)).hex
        let profiles = """
            {"profiles":{"board-a":{"images":[{"name":"a.bin","type":"sysupgrade","filesystem":"squashfs",\
            "sha256":"\(sha)"}],"titles":[{"title":"A"}]}},"target":"ath79/generic","version_code":\
            "\(SampleJob.revision)","version_number":"23.05.5"}
            """
        return Answer(
            stdout: "built\n",
            files: ["a.bin": "image", "profiles.json": profiles, "asu-manifest": "libc - 1\n"]
        )
    }

    private let onPrepare: @Sendable (SandboxedCommand) async throws -> Answer
    private let onBuild: @Sendable (SandboxedCommand) async throws -> Answer
    private let builds = Mutex(0)

    /// How many builds were run.
    var buildCount: Int { builds.withLock { $0 } }

    init(
        prepare: @escaping @Sendable (SandboxedCommand) async throws -> Answer = { _ in Answer(stdout: info) },
        build: @escaping @Sendable (SandboxedCommand) async throws -> Answer = { _ in image }
    ) {
        onPrepare = prepare
        onBuild = build
    }

    func run(
        _ command: SandboxedCommand,
        limits: SandboxLimits,
        artifacts: @escaping @Sendable (CInt) async throws -> Void
    ) async throws -> SandboxOutcome {
        let isBuild = command.arguments.contains("asu-build")
        if isBuild { builds.withLock { $0 += 1 } }
        let answer = try await isBuild ? onBuild(command) : onPrepare(command)
        if isBuild { try await hand(answer.files, to: artifacts) }
        return SandboxOutcome(
            ending: answer.ending ?? .exited(answer.exitCode),
            stdout: try write(answer.stdout, to: command.logFolder + "/stdout.log"),
            stderr: try write(answer.stderr, to: command.logFolder + "/stderr.log"),
            wallTime: .zero
        )
    }

    private func write(_ text: String, to path: String) throws -> SandboxOutcome.Output {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return SandboxOutcome.Output(path: path, tail: text, byteCount: text.utf8.count)
    }

    private func hand(_ files: [String: String], to artifacts: @Sendable (CInt) async throws -> Void) async throws {
        let folder = try TemporaryDirectory("artifacts")
        try folder.write("", to: "list")
        for (name, text) in files { try folder.write(text, to: "files/\(name)") }
        try await SignedUpstream.shell(
            "mkdir -p files && tar -C files -cf stream --files-from=/dev/null $(ls files)",
            in: folder
        )
        let stream = try FileHandle(forReadingFrom: URL(fileURLWithPath: folder.file("stream")))
        try await artifacts(stream.fileDescriptor)
        try stream.close()
    }
}
