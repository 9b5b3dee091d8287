import ASUTestSupport
import Foundation

/// What /proc says about a process.
struct ProcessFigures: Sendable {
    let parent: Int32
    /// Clock ticks since boot at its start; tells processes of one id apart.
    let start: UInt64
    /// Its own CPU time.
    let ownTime: Duration
    /// That of the children it waited for.
    let childrenTime: Duration

    private static let tick = Duration.seconds(1) / sysconf(Int32(_SC_CLK_TCK))

    /// - Returns: `nil` if there is no such process (any more).
    init?(_ process: Int32) {
        guard let bytes = try? TemporaryDirectory.contents(of: "/proc/\(process)/stat") else { return nil }
        // The name, in parentheses, may hold anything.
        guard let end = bytes.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        let fields = String(decoding: bytes[(end + 1)...], as: UTF8.self).split(separator: " ")
        guard fields.count > 19, let parent = Int32(fields[1]), let user = Int(fields[11]),
            let system = Int(fields[12]),
            let childrenUser = Int(fields[13]), let childrenSystem = Int(fields[14]), let start = UInt64(fields[19])
        else { return nil }
        self.parent = parent
        self.start = start
        ownTime = Self.tick * (user + system)
        childrenTime = Self.tick * (childrenUser + childrenSystem)
    }

    /// A number of kB in /proc/PROCESS/status (`VmRSS`, `VmHWM`), in bytes.
    static func memory(_ process: Int32, _ name: String) throws -> Int {
        let status = String(decoding: try TemporaryDirectory.contents(of: "/proc/\(process)/status"), as: UTF8.self)
        for line in status.split(separator: "\n") where line.hasPrefix(name + ":") {
            let words = line.split(whereSeparator: \.isWhitespace)
            if words.count == 3, let number = Int(words[1]) { return number * 1024 }
        }
        throw BenchmarkError("/proc/\(process)/status has no \(name)")
    }
}
