import ASUCore
import ASUTestSupport
import Foundation

/// The ImageBuilder as a person uses it: unpacked, pointed at the download server, and run without a sandbox.
struct HandRun: Sendable {
    static let steps = ["make info", "make manifest", "make image"]

    /// The archive on this disk.
    let archive: String
    let profile: String
    let packages: String
    /// The download server to name in the list of feeds.
    let upstreamURL: String
    let meter: CPUMeter
    let scratch: TemporaryDirectory

    /// The archive of the only target with one.
    static func archive(of target: Target, version: Version, in root: String) throws -> String {
        let folder = "\(root)/\(UpstreamLayout(version).targetPath(target))"
        let name = try FileManager.default.contentsOfDirectory(atPath: folder)
            .first { $0.hasPrefix("openwrt-imagebuilder-") && $0.contains(".Linux-x86_64.tar.") }
        guard let name else { throw BenchmarkError("\(folder) has no ImageBuilder") }
        return "\(folder)/\(name)"
    }

    /// Unpacks a fresh copy; `tree` is its path.
    func unpack(to tree: String) async throws {
        try FileManager.default.createDirectory(atPath: tree, withIntermediateDirectories: true)
        let log = scratch.file("unpack.log")
        let arguments = ["tar", "-xf", archive, "-C", tree, "--strip-components", "1"]
        try await Programs.run(arguments, log: log, limit: .seconds(300))
        for name in ["repositories.conf", "repositories"] where TemporaryDirectory.exists("\(tree)/\(name)") {
            let text = String(decoding: try TemporaryDirectory.contents(of: "\(tree)/\(name)"), as: UTF8.self)
            let own = text.replacingOccurrences(of: "https://downloads.openwrt.org", with: upstreamURL)
            try Data(own.utf8).write(to: URL(fileURLWithPath: "\(tree)/\(name)"))
        }
    }

    /// Runs the three commands in a copy, and tells what each of ``steps`` cost; `output` is a new folder each time.
    func run(in tree: String, output: String) async throws -> [Cost] {
        let image = ["PROFILE=\(profile)", "PACKAGES=\(packages)"]
        var costs = [try await make(["info"], in: tree)]
        costs.append(try await make(["manifest", "STRIP_ABI=1"] + image, in: tree))
        costs.append(try await make(["image", "EXTRA_IMAGE_NAME=0123456789ab", "BIN_DIR=\(output)"] + image, in: tree))
        guard TemporaryDirectory.exists("\(output)/profiles.json") else {
            throw BenchmarkError("make image by hand made no image: \(try Programs.tail(scratch.file("make.log")))")
        }
        return costs
    }

    private func make(_ arguments: [String], in tree: String) async throws -> Cost {
        let log = scratch.file("make.log")
        let command = meter.wrap(["make"] + arguments)
        let before = try meter.usage()
        let start = ContinuousClock.now
        let child = try ChildProcess(
            command[0],
            Array(command.dropFirst()),
            environment: [
                "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C", "HOME": tree,
            ],
            directory: tree,
            output: log,
            errors: log
        )
        let ending = try await meter.watch(child.processID) { try await child.wait(for: .seconds(900)) }
        let wall = ContinuousClock.now - start
        guard ending == .exited(0) else {
            throw BenchmarkError(
                "make \(arguments.joined(separator: " ")) ended with \(ending): \(try Programs.tail(log))"
            )
        }
        return Cost(cpuSeconds: (try meter.usage() - before).seconds, wallSeconds: wall.seconds)
    }
}
