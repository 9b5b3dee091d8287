import ASUCore

/// Which document a path below `/json/v1/` means.
enum DocumentPath: Hashable {
    case overview
    case branches
    case latest
    case targetIndex(Version, Target)
    case profile(Version, Target, ProfileName)
    case architectureIndex(Version, architecture: String)

    /// `nil` if no document has such a path.
    ///
    /// - Parameter parts: The path's parts behind `/json/v1/`, decoded.
    init?(_ parts: [String]) {
        guard let file = parts.last, file.hasSuffix(".json") else { return nil }
        let name = String(file.dropLast(5))
        if parts.count == 1 {
            switch name {
            case "overview": self = .overview
            case "branches": self = .branches
            case "latest": self = .latest
            default: return nil
            }
            return
        }
        let version: Version
        let rest: ArraySlice<String>
        switch parts[0] {
        case "snapshots":
            guard let snapshot = Version(Version.snapshotName) else { return nil }
            version = snapshot
            rest = parts[1...]
        case "releases":
            guard let release = Version(parts[1]), release.text != Version.snapshotName else { return nil }
            version = release
            rest = parts[2...]
        default:
            return nil
        }
        let list = Array(rest)
        if list.count == 4, list[0] == "targets", let target = Target("\(list[1])/\(list[2])") {
            if name == "index" {
                self = .targetIndex(version, target)
            } else if let profile = ProfileName(name) {
                self = .profile(version, target, profile)
            } else {
                return nil
            }
        } else if list.count == 2, list[0] == "packages", name.hasSuffix("-index"),
            TargetsIndex.isArchitecture(String(name.dropLast(6)))
        {
            self = .architectureIndex(version, architecture: String(name.dropLast(6)))
        } else {
            return nil
        }
    }
}
