internal import Foundation

enum VersionsProperties {
    static func check(_ bytes: [UInt8]) {
        guard let index = FuzzedParser.parsed({ () throws(UpstreamError) in try VersionsIndex(json: bytes, url: "u") })
        else { return }
        let versions = index.versions
        require(versions.count <= 10_003, "the versions are bounded")
        require(zip(versions, versions.dropFirst()).allSatisfy { $0 > $1 }, "newest first, each once")
        for named in [index.stable, index.oldstable, index.upcoming].compactMap({ $0 }) {
            require(versions.contains(named), "\(named) is listed")
        }
        require(ReleaseNames(index).all.count <= 3, "at most three names")
        for version in versions.prefix(20) { check(version) }
        checkOrder(of: Array(versions.prefix(3) + versions.suffix(3)))

        struct Document: Encodable {
            let versions_list: [String]
            let stable_version: String?
            let oldstable_version: String?
            let upcoming_version: String?
        }
        let document = Document(
            versions_list: versions.reversed().map(\.text),
            stable_version: index.stable?.text,
            oldstable_version: index.oldstable?.text,
            upcoming_version: index.upcoming?.text ?? ""
        )
        guard versions.count <= 10_000, let json = try? JSONEncoder().encode(document) else { return }
        let again = FuzzedParser.parsed { () throws(UpstreamError) in try VersionsIndex(json: Array(json), url: "u") }
        require(again?.versions == versions, "written again, the versions are the same")
        require(
            again?.stable == index.stable && again?.oldstable == index.oldstable && again?.upcoming == index.upcoming,
            "so are the names"
        )
    }

    private static func check(_ version: Version) {
        require((1...Version.maxLength).contains(version.text.utf8.count), "'\(version)' is short")
        require(!version.branchName.isEmpty && version.text.hasPrefix(version.branchName), "'\(version)' has a branch")
        let layout = UpstreamLayout(version)
        let parts = layout.path.split(separator: "/", omittingEmptySubsequences: false)
        require(parts.count <= 2 && !parts.contains("..") && !parts.contains(""), "'\(version)' has a path")
        _ = (layout.packageFormat, layout.hasKernelModulesFeed, layout.isBeforeProfilesFile)
        _ = (version.isCandidate, version.isSnapshot)
    }

    private static func checkOrder(of versions: [Version]) {
        for left in versions {
            for right in versions {
                require([left < right, left == right, left > right].count { $0 } == 1, "\(left) against \(right)")
                for third in versions where left < right && right < third {
                    require(left < third, "\(left) < \(right) < \(third)")
                }
            }
        }
    }
}
