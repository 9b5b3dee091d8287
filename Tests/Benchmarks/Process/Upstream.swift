import ASUTestSupport
import Foundation

/// A download server on loopback with what our programs need to know to use it.
struct Upstream: Sendable {
    let server: NginxServer
    let branches: [String]
    /// The file of the key that signed it; `nil` for OpenWrt's own.
    let key: String?
    /// What is served, for the report.
    let name: String

    /// The settings for our programs.
    var settings: [String: String] {
        var settings = ["UPSTREAM_URL": server.url, "BRANCHES": branches.joined(separator: ",")]
        if let key { settings["TRUSTED_KEYS"] = key }
        return settings
    }

    private static let fixtures =
        URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path + "/Fixtures"

    /// A copy of a real download server with release 24.10.4, or the sample upstream if it isn't there.
    static func real(_ folder: String, scratch: TemporaryDirectory) async throws -> Upstream {
        let root = URL(fileURLWithPath: folder).standardizedFileURL.path
        guard TemporaryDirectory.exists("\(root)/releases/24.10.4/.targets.json") else {
            return try await sample(scratch: scratch)
        }
        let server = try await NginxServer.start(root: root)
        return Upstream(server: server, branches: ["24.10"], key: nil, name: "24.10.4")
    }

    /// The sample upstream's 23.05.5, made in `scratch`.
    static func sample(scratch: TemporaryDirectory) async throws -> Upstream {
        let generator = ["\(fixtures)/SampleUpstream/make-upstream", "--seed", "benchmark", "--only", "23.05.5"]
        let files = ["--expectations", scratch.file("expectations.json")]
        return try await make(generator + files, branch: "23.05", name: "sample upstream", scratch: scratch)
    }

    /// A server for an unpacked genuine ImageBuilder, with stand-ins for its packages and for `packages`.
    static func genuine(tree: String, packages: [String], scratch: TemporaryDirectory) async throws -> Upstream {
        let generator = ["\(fixtures)/GenuineUpstream/make-genuine-upstream", "--tree", tree]
        let extra = packages.filter { !$0.hasPrefix("-") }.flatMap { ["--package", $0] }
        return try await make(generator + extra, branch: nil, name: "a genuine ImageBuilder", scratch: scratch)
    }

    private static func make(
        _ command: [String],
        branch: String?,
        name: String,
        scratch: TemporaryDirectory
    ) async throws -> Upstream {
        let (root, key) = (scratch.file("upstream"), scratch.file("upstream.pub"))
        try await Programs.run(
            command + ["--out", root, "--key-out", key],
            log: scratch.file("upstream.log"),
            limit: .seconds(300)
        )
        var branches = branch.map { [$0] } ?? []
        if branches.isEmpty {
            let versions = try FileManager.default.contentsOfDirectory(atPath: "\(root)/releases")
            branches = versions.map { $0.split(separator: ".").prefix(2).joined(separator: ".") }
        }
        return Upstream(server: try await NginxServer.start(root: root), branches: branches, key: key, name: name)
    }
}
