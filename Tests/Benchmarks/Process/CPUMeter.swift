import ASUCore
import ASUTestSupport
import Foundation

/// Measures the CPU time of a process and all that it starts, also what its sandbox starts.
///
/// `wait4` doesn't count a sandbox: bubblewrap's outer process ends without waiting for the inner one. So a control
/// group of its own does, where the host allows one, and else samples of /proc.
struct CPUMeter: Sendable {
    private enum Method: Sendable {
        case group(folder: String, version: Int)
        case sampling(ProcessSampler)
    }

    private let method: Method

    /// How it is measured, for the report.
    var name: String {
        switch method {
        case .group(_, let version): "control group, version \(version)"
        case .sampling: "samples of /proc: a lower bound"
        }
    }

    /// Makes a meter; ``remove()`` it when nothing runs in it any more.
    init(_ label: String) {
        for (folder, version) in Self.ownGroups() {
            let own = "\(folder)/asu-benchmark-\(getpid())-\(label)"
            guard mkdir(own, 0o755) == 0 else { continue }
            let meter = CPUMeter(.group(folder: own, version: version))
            // A host may allow the group and nobody in it.
            if meter.takesProcesses(), (try? meter.usage()) != nil {
                self = meter
                return
            }
            rmdir(own)
        }
        method = .sampling(ProcessSampler())
    }

    private init(_ method: Method) {
        self.method = method
    }

    /// Whether a process can be started under the meter; blocking.
    private func takesProcesses() -> Bool {
        let arguments: [UnsafeMutablePointer<CChar>?] = wrap(["/bin/true"]).map { text in strdup(text) }
        defer { for text in arguments { free(text) } }
        var child: pid_t = 0
        var status: Int32 = 1
        guard posix_spawn(&child, "/bin/sh", nil, nil, arguments + [nil], environ) == 0 else { return false }
        while waitpid(child, &status, 0) < 0 && errno == EINTR {}
        return status == 0
    }

    /// The command that runs `arguments` under the meter.
    func wrap(_ arguments: [String]) -> [String] {
        guard case .group(let folder, _) = method else { return arguments }
        return ["/bin/sh", "-c", #"echo $$ >"$0" && exec "$@""#, "\(folder)/cgroup.procs"] + arguments
    }

    /// The CPU time until now of what runs or ran under the meter.
    func usage() throws -> Duration {
        switch method {
        case .group(let folder, 1):
            let text = String(decoding: try TemporaryDirectory.contents(of: "\(folder)/cpuacct.usage"), as: UTF8.self)
            guard let nanoseconds = Int64(text.prefix { $0.isNumber }) else { break }
            return .nanoseconds(nanoseconds)
        case .group(let folder, _):
            let text = String(decoding: try TemporaryDirectory.contents(of: "\(folder)/cpu.stat"), as: UTF8.self)
            for line in text.split(separator: "\n") where line.hasPrefix("usage_usec ") {
                guard let microseconds = Int64(line.dropFirst(11)) else { break }
                return .microseconds(microseconds)
            }
        case .sampling(let sampler):
            return sampler.total
        }
        throw BenchmarkError("\(name): the CPU time can't be read")
    }

    /// Runs `body` while the process and its descendants are watched.
    func watch<Value: Sendable>(
        _ process: Int32,
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        guard case .sampling(let sampler) = method else { return try await body() }
        return try await sampler.watch(process, body)
    }

    /// Removes the control group, which must be empty; a process of it may take a moment to vanish.
    func remove() async throws {
        guard case .group(let folder, _) = method else { return }
        // A cancelled run cleans up, too, so this wait heeds no cancellation.
        let isRemoved = try await BlockingWork.run {
            for _ in 0..<100 {
                if rmdir(folder) == 0 { return true }
                usleep(20_000)
            }
            return false
        }
        if !isRemoved { print("the control group \(folder) was left behind") }
    }

    /// The groups that this process is in and that count CPU time.
    private static func ownGroups() -> [(folder: String, version: Int)] {
        guard let mounts = try? TemporaryDirectory.contents(of: "/proc/self/mounts"),
            let groups = try? TemporaryDirectory.contents(of: "/proc/self/cgroup")
        else { return [] }
        let own = String(decoding: groups, as: UTF8.self).split(separator: "\n").map {
            $0.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        }
        var found: [(folder: String, version: Int)] = []
        for line in String(decoding: mounts, as: UTF8.self).split(separator: "\n") {
            let mount = line.split(separator: " ")
            guard mount.count > 3 else { continue }
            let isFirst = mount[2] == "cgroup" && mount[3].split(separator: ",").contains("cpuacct")
            guard isFirst || mount[2] == "cgroup2" else { continue }
            let group = own.first { entry in
                guard entry.count == 3 else { return false }
                return isFirst ? entry[1].split(separator: ",").contains("cpuacct") : entry[1].isEmpty
            }
            guard let group else { continue }
            let path = group[2] == "/" ? "" : String(group[2])
            found.append(("\(mount[1])\(path)", isFirst ? 1 : 2))
        }
        return found.sorted { $0.version < $1.version }
    }
}
