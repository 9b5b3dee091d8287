import ASUTestSupport
import Glibc
import Synchronization

/// A small download server in a temporary folder.
struct UpstreamTree {
    let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory("upstream")
    }

    func write(_ text: String, to path: String) throws {
        try write(Array(text.utf8), to: path)
    }

    /// Writes a file and makes it newer than any before: nginx tells changes of equal length apart by the second.
    func write(_ bytes: [UInt8], to path: String) throws {
        let file = try folder.write(bytes, to: path)
        let second = Self.clock.withLock { second in
            second += 1
            return second
        }
        var times = [timeval(tv_sec: second, tv_usec: 0), timeval(tv_sec: second, tv_usec: 0)]
        guard utimes(file, &times) == 0 else { throw TestSupportError("cannot date \(path): errno \(errno)") }
    }

    private static let clock = Mutex(1_700_000_000)

    func remove(_ path: String) throws {
        guard unlink(folder.file(path)) == 0 else { throw TestSupportError("cannot remove \(path): errno \(errno)") }
    }

    func list(_ versions: [String]) throws {
        let names = versions.map { "\"\($0)\"" }.joined(separator: ",")
        try write("{\"versions_list\":[\(names)],\"upcoming_version\":\"\"}", to: ".versions.json")
    }

    /// A release with the targets `x86/64` (two profiles) and `ath79/generic` (one), whose feeds are `base` and `luci`.
    ///
    /// 24.10 and newer have kernel modules of their own: 12 packages in all, else 10.
    func addRelease(_ version: String, at path: String? = nil) throws {
        let base = path ?? "releases/\(version)"
        try write(#"{"x86/64":"x86_64","ath79/generic":"mips_24kc"}"#, to: "\(base)/.targets.json")
        for (target, profiles) in [
            ("x86/64", #"{"generic":{},"acme_box":{"supported_devices":["acme,old"]}}"#),
            ("ath79/generic", #"{"tplink_archer-c7-v2":{}}"#),
        ] {
            let folder = "\(base)/targets/\(target)"
            try write(
                """
                {"arch_packages":"x","version_code":"r1-\(version)","profiles":\(profiles),
                "linux_kernel":{"version":"6.6.1","release":"1","vermagic":"abc"}}
                """,
                to: "\(folder)/profiles.json"
            )
            try addIndex("\(folder)/packages", ["base-files"])
            try addIndex("\(folder)/kmods/6.6.1-1-abc", ["kmod-nf"])
        }
        for architecture in ["x86_64", "mips_24kc"] {
            let folder = "\(base)/packages/\(architecture)"
            try write("src-git base https://x\nsrc-git luci https://y\n", to: "\(folder)/feeds.conf")
            try addIndex("\(folder)/base", ["dnsmasq", "libfoo"])
            try addIndex("\(folder)/luci", ["luci", "luci-\(architecture)"])
        }
    }

    func addIndex(_ folder: String, _ names: [String]) throws {
        let stanzas = names.map { "Package: \($0)\nVersion: 1.0-r1\nProvides: \($0)-any\n\n" }.joined()
        try write(stanzas, to: "\(folder)/Packages")
        let packages = names.map { "\"\($0)\":\"1.0-r1\"" }.joined(separator: ",")
        try write("{\"version\":2,\"architecture\":\"x\",\"packages\":{\(packages)}}", to: "\(folder)/index.json")
    }
}
