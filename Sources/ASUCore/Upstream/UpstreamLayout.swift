/// Where things lie on a download server, relative to its base address and without a slash at either end.
///
/// The layout is that of downloads.openwrt.org, the same from 19.07 to today's snapshots.
package struct UpstreamLayout: Sendable {
    package static let versionsPath = ".versions.json"

    package let version: Version

    package init(_ version: Version) {
        self.version = version
    }

    /// `snapshots` for the development branch, `releases/<version>` for everything else.
    package var path: String {
        version.text == Version.snapshotName ? "snapshots" : "releases/\(version)"
    }

    /// The targets: `{"<target>/<subtarget>": "<architecture>"}`.
    package var targetsPath: String { "\(path)/.targets.json" }

    /// The folder of a target's ImageBuilder, `sha256sums`, `profiles.json` and `packages/`.
    package func targetPath(_ target: Target) -> String { "\(path)/targets/\(target)" }

    package func profilesPath(_ target: Target) -> String { "\(targetPath(target))/profiles.json" }

    package func targetPackagesPath(_ target: Target) -> String { "\(targetPath(target))/packages" }

    /// Kernel modules that were split off the target's packages, from 23.05.6 and 24.10 on.
    ///
    /// - Parameters:
    ///   - target: Which target's.
    ///   - kernel: ``LinuxKernel/folder``.
    /// - Returns: The path of the folder.
    package func kernelModulesPath(_ target: Target, kernel: String) -> String {
        "\(targetPath(target))/kmods/\(kernel)"
    }

    package func feedsConfigurationPath(architecture: String) -> String {
        "\(path)/packages/\(architecture)/feeds.conf"
    }

    package func feedPath(architecture: String, feed: String) -> String {
        "\(path)/packages/\(architecture)/\(feed)"
    }

    /// Whether the packages are apk's, whose index has no `Packages` file: snapshots and releases from 25.12 on.
    package var packageFormat: PackageFormat {
        let numbers = version.branchName.split(separator: ".").compactMap { Int($0) }
        guard numbers.count == 2 else { return .apk }
        return (numbers[0], numbers[1]) >= (25, 12) ? .apk : .opkg
    }

    /// Whether kernel modules have a feed of their own beside the target's packages.
    package var hasKernelModulesFeed: Bool {
        let branch = version.branchName.split(separator: ".").compactMap { Int($0) }
        guard branch.count == 2 else { return true }
        if branch[0] >= 24 { return true }
        guard (branch[0], branch[1]) == (23, 5) else { return false }
        if version.isSnapshot { return true }
        guard let point = Version("23.05.6") else { return false }
        return version >= point
    }
}

extension UpstreamLayout {
    /// Whether some ImageBuilders of this generation write no `profiles.json`: seen with 19.07 on x86.
    package var isBeforeProfilesFile: Bool {
        let numbers = version.branchName.split(separator: ".").compactMap { Int($0) }
        return numbers.count == 2 && numbers[0] < 21
    }
}
