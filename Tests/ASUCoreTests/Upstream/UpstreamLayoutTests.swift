import Testing

@testable import ASUCore

struct UpstreamLayoutTests {
    private static func layout(_ text: String) throws -> UpstreamLayout { UpstreamLayout(try #require(Version(text))) }

    @Test func paths_release_lieBelowReleases() throws {
        let layout = try Self.layout("24.10.4")
        let target = try #require(Target("ath79/generic"))
        #expect(layout.targetsPath == "releases/24.10.4/.targets.json")
        #expect(layout.profilesPath(target) == "releases/24.10.4/targets/ath79/generic/profiles.json")
        #expect(layout.targetPackagesPath(target) == "releases/24.10.4/targets/ath79/generic/packages")
        #expect(layout.feedsConfigurationPath(architecture: "x86_64") == "releases/24.10.4/packages/x86_64/feeds.conf")
        #expect(layout.feedPath(architecture: "x86_64", feed: "luci") == "releases/24.10.4/packages/x86_64/luci")
        let kernel = LinuxKernel(version: "6.6.110", release: "1", vermagic: "abc")
        #expect(
            layout.kernelModulesPath(target, kernel: kernel.folder)
                == "\(layout.targetPath(target))/kmods/6.6.110-1-abc"
        )
        #expect(UpstreamLayout.versionsPath == ".versions.json")
    }

    @Test(arguments: [
        ("SNAPSHOT", "snapshots"), ("24.10-SNAPSHOT", "releases/24.10-SNAPSHOT"),
        ("25.12.0-rc1", "releases/25.12.0-rc1"),
    ])
    func path_version_isItsFolder(version: String, path: String) throws {
        #expect(try Self.layout(version).path == path)
    }

    @Test(arguments: [
        ("19.07.10", false, PackageFormat.opkg), ("22.03.7", false, .opkg), ("23.05.5", false, .opkg),
        ("23.05.6", true, .opkg), ("23.05.10", true, .opkg), ("23.05.0-rc1", false, .opkg),
        ("23.05-SNAPSHOT", true, .opkg), ("24.10.0", true, .opkg), ("24.10-SNAPSHOT", true, .opkg),
        ("25.12.0-rc1", true, .apk), ("25.12-SNAPSHOT", true, .apk), ("26.06.0", true, .apk), ("SNAPSHOT", true, .apk),
    ])
    func generation_version_isTold(version: String, hasKernelModules: Bool, format: PackageFormat) throws {
        let layout = try Self.layout(version)
        #expect(layout.hasKernelModulesFeed == hasKernelModules)
        #expect(layout.packageFormat == format)
    }
}
