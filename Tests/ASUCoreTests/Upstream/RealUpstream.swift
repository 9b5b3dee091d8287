import ASUCore
import ASUTestSupport
import Glibc

/// The recorded download server, read as the janitor reads it.
enum RealUpstream {
    static func bytes(_ path: String) throws -> [UInt8] { try SharedData.bytes("upstream/\(path)") }

    /// The folders of x86/64 of 24.10.4 that have a package index.
    static let packageFolders =
        ["base", "packages", "luci", "routing", "telephony"].map { "releases/24.10.4/packages/x86_64/\($0)" } + [
            "releases/24.10.4/targets/x86/64/packages",
            "releases/24.10.4/targets/x86/64/kmods/6.6.110-1-484466e2719a743506c36b4bb2103582",
        ]

    /// The profiles.json of every target of a release.
    static func profiles(_ version: String) throws -> [Target: ProfilesIndex] {
        let targets = try TargetsIndex(json: bytes("releases/\(version)/.targets.json"), url: "")
        var profiles: [Target: ProfilesIndex] = [:]
        for target in targets.architectures.keys {
            let path = "releases/\(version)/targets/\(target)/profiles.json"
            guard let base = SharedData.path, TemporaryDirectory.exists("\(base)/upstream/\(path)") else { continue }
            profiles[target] = try ProfilesIndex(json: bytes(path), url: path)
        }
        return profiles
    }
}
