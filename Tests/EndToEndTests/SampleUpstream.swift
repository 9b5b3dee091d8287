import ASUCore
import ASUTestSupport
import Foundation

/// A generated sample upstream on disk; see Tests/Fixtures/SampleUpstream.
struct SampleUpstream: Sendable {
    /// Root of the download server.
    let root: String
    /// The usign public key that signs it.
    let keyFile: String
    let expectationsFile: String

    private static let fixture = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Fixtures/SampleUpstream").path

    /// Generates one in `folder`.
    static func generate(in folder: String, only version: String? = nil) async throws -> SampleUpstream {
        let upstream = SampleUpstream(
            root: folder + "/upstream",
            keyFile: folder + "/key.pub",
            expectationsFile: folder + "/expectations.json"
        )
        var arguments = [
            "--out", upstream.root, "--key-out", upstream.keyFile, "--expectations", upstream.expectationsFile,
        ]
        if let version { arguments += ["--only", version] }
        try await run(fixture + "/make-upstream", arguments, in: folder)
        return upstream
    }

    /// Damages or changes it in the way `kind` names.
    func tamper(_ kind: String, _ folder: String? = nil) async throws {
        let arguments = [root, kind] + (folder.map { [$0] } ?? []) + ["--expectations", expectationsFile]
        try await Self.run(Self.fixture + "/tamper", arguments, in: root)
    }

    private static func run(_ program: String, _ arguments: [String], in folder: String) async throws {
        let log = folder + "/../generator-\(UUID().uuidString).log"
        // The system's Python: shims on PATH can take a second to start.
        let python = FileManager.default.isExecutableFile(atPath: "/usr/bin/python3") ? "/usr/bin/python3" : "python3"
        let child = try ChildProcess(
            "/usr/bin/env",
            [python, program] + arguments,
            environment: ["PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C.UTF-8"],
            output: log,
            errors: log
        )
        guard try await child.wait(for: .seconds(120)) == .exited(0) else {
            let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
            throw TestSupportError("\(program) failed: \(text.suffix(2000))")
        }
    }

    /// What lies in a package: the SHA-256 of each regular file by path.
    func files(of package: String, version: String, architecture: String) throws -> [String: String] {
        let json = try JSONDecoder().decode(
            JSONValue.self,
            from: Data(contentsOf: URL(fileURLWithPath: expectationsFile))
        )
        let entry = json.object?["versions"]?.object?[version]?.object?["architectures"]?.object?[architecture]?
            .object?[package]?.object
        guard let entry else { throw TestSupportError("no package \(package) in \(version) \(architecture)") }
        var files: [String: String] = [:]
        for (path, file) in entry["files"]?.object ?? [:] {
            if let hash = file.object?["sha256"]?.string { files[path] = hash }
        }
        return files
    }
}
