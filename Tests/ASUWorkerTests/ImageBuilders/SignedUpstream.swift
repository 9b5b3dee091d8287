import ASUCore
import ASUTestSupport
import Foundation

/// A download server of one test: a real nginx over a folder with small ImageBuilders, signed by a key made for it.
struct SignedUpstream: Sendable {
    let folder: TemporaryDirectory
    let nginx: NginxServer
    let client: HTTPClient
    let keys: UsignKeyring

    private static let fingerprint: [UInt8] = [0, 1, 2, 3, 4, 5, 6, 7]

    static func start() async throws -> SignedUpstream {
        let folder = try TemporaryDirectory("upstream")
        try await shell("openssl genpkey -algorithm ed25519 -out key.pem", in: folder)
        try await shell("openssl pkey -in key.pem -pubout -outform DER | tail -c 32 >key.pub", in: folder)
        let key = try TemporaryDirectory.contents(of: folder.file("key.pub"))
        let text = "untrusted comment: test\n\(usign(key))\n"
        try folder.write("", to: "up/empty")
        var options = NginxServer.Options()
        options.extra = "if (-f \"\(folder.file("down"))\") { return 503; }"
        var configuration = HTTPClient.Configuration(userAgent: "test")
        configuration.usesEnvironmentProxy = false
        configuration.downloadAttempts = 2
        configuration.retryDelay = .milliseconds(10)
        return SignedUpstream(
            folder: folder,
            nginx: try await NginxServer.start(root: folder.file("up"), options: options),
            client: HTTPClient(configuration: configuration),
            keys: try UsignKeyring([UsignPublicKey(text)])
        )
    }

    /// Where a target's files lie, relative to the folder that is served.
    static func path(_ version: String, _ target: String) -> String {
        version == "SNAPSHOT" ? "snapshots/targets/\(target)" : "releases/\(version)/targets/\(target)"
    }

    /// Makes an archive, and the signed list that names it.
    ///
    /// - Parameters:
    ///   - version: The version.
    ///   - target: The target.
    ///   - files: What is in the archive's top folder, by name.
    ///   - name: The archive's name; `nil` for the one that a release has.
    ///   - digest: What the list says of it; `nil` for the truth.
    /// - Returns: The archive's digest as the list has it.
    /// - Throws: ``TestSupportError``.
    @discardableResult
    func publish(
        _ version: String = "23.05.5",
        _ target: String = "ath79/generic",
        files: [String: String] = ["repositories.conf": "src imagebuilder file:packages\n", "Makefile": "info:\n"],
        name: String? = nil,
        digest: String? = nil
    ) async throws -> String {
        let at = "up/" + Self.path(version, target)
        let dashed = target.replacingOccurrences(of: "/", with: "-")
        let release = version == "SNAPSHOT" ? "" : "\(version)-"
        let name = name ?? "openwrt-imagebuilder-\(release)\(dashed).Linux-x86_64.tar.xz"
        for (file, text) in files { try folder.write(text, to: "make/top/\(file)") }
        try folder.write("", to: at + "/here")
        try await Self.shell("tar -C make -cJf '\(at)/\(name)' top && rm -r make", in: folder)
        let truth = try SHA256Digest(hashing: TemporaryDirectory.contents(of: folder.file("\(at)/\(name)"))).hex
        try await sign(version, target, "\(digest ?? truth) *\(name)\n")
        return digest ?? truth
    }

    /// Writes a target's `sha256sums` and signs it.
    func sign(_ version: String, _ target: String, _ sums: String) async throws {
        let at = "up/" + Self.path(version, target)
        let file = try folder.write(sums, to: at + "/sha256sums")
        try await Self.shell("openssl pkeyutl -sign -rawin -inkey key.pem -in '\(file)' -out signature", in: folder)
        let signature = try TemporaryDirectory.contents(of: folder.file("signature"))
        try folder.write("untrusted comment: test\n\(Self.usign(signature))\n", to: at + "/sha256sums.sig")
    }

    /// How often a file whose path ends so was asked for.
    func count(_ suffix: String) throws -> Int {
        try nginx.requests().count { $0.split(separator: " ").dropFirst().first?.hasSuffix(suffix) == true }
    }

    private static func usign(_ bytes: [UInt8]) -> String {
        Data(Array("Ed".utf8) + fingerprint + bytes).base64EncodedString()
    }

    static func shell(_ script: String, in folder: TemporaryDirectory) async throws {
        let log = folder.file("shell.log")
        let child = try ChildProcess(
            "/bin/sh",
            ["-ec", script],
            directory: folder.path,
            output: log,
            errors: log
        )
        guard try await child.wait() == .exited(0) else {
            throw TestSupportError(
                "\(script): \(String(decoding: try TemporaryDirectory.contents(of: log), as: UTF8.self))"
            )
        }
    }
}
