import Foundation
import Glibc

/// What the kernel tells of this process, from `/proc`: see proc(5).
struct ProcessUsage: Sendable {
    let residentBytes: Int64
    let virtualBytes: Int64
    let cpuSeconds: Double
    let openDescriptors: Int64
    let maxDescriptors: Int64
    /// Unix seconds.
    let startTime: Double

    /// Reads it; blocking.
    ///
    /// - Returns: `nil` where there is no `/proc`.
    static func current() -> ProcessUsage? {
        guard let stat = text("/proc/self/stat"), let name = stat.lastIndex(of: ")"),
            let bootTime = text("/proc/stat")?.split(separator: "\n").first(where: { $0.hasPrefix("btime ") })
                .flatMap({ Double($0.dropFirst(6)) }),
            let descriptors = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
        else { return nil }
        // Counted from the field after the name, which is the third: the name may have spaces.
        let fields = stat[stat.index(after: name)...].split(separator: " ").map { Int64($0) ?? 0 }
        guard fields.count > 21 else { return nil }
        let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return ProcessUsage(
            residentBytes: fields[21] * Int64(sysconf(Int32(_SC_PAGESIZE))),
            virtualBytes: fields[20],
            cpuSeconds: Double(fields[11] + fields[12]) / ticks,
            // One of them is the listing's own.
            openDescriptors: Int64(descriptors) - 1,
            maxDescriptors: Int64(clamping: limit.rlim_cur),
            startTime: bootTime + Double(fields[19]) / ticks
        )
    }

    private static func text(_ path: String) -> String? {
        // Files of /proc have no size: this reads to the end.
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }
}
