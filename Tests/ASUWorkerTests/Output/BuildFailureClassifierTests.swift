import Testing

@testable import ASUWorker

@Suite struct BuildFailureClassifierTests {
    private func classify(_ name: String, exitCode: Int32 = 2, images: Bool = false) throws -> BuildFailure? {
        let text = try #require(ToolOutput.texts[name], "no such sample: \(name)")
        return BuildFailureClassifier.classify(
            BuildTranscript(exitCode: exitCode, stderr: text, producedImages: images)
        )
    }

    private static let missing: [(String, [String], [String])] = [
        ("opkg/unknown-package", ["nonexistent-pkg"], ["nonexistent-pkg"]),
        (
            "opkg/unknown-package-among-good", ["luci-app-nosuch", "nonexistent-pkg"],
            ["luci-app-nosuch", "nonexistent-pkg"]
        ),
        ("opkg/version-not-satisfied", ["libc (>= 9.9)"], ["libc (>= 9.9)", "needs-newer"]),
        ("opkg-tree/fail-unknown.manifest.err", ["no-such-pkg"], ["no-such-pkg"]),
        ("opkg-tree/fail-unknown2.manifest.err", ["no-such-pkg", "nor-this-one"], ["no-such-pkg", "nor-this-one"]),
        ("opkg-tree/fail-baddep.manifest.err", ["lab-not-there"], ["lab-baddep", "lab-not-there"]),
        ("apk/no-such-package", ["nonexistent-pkg"], ["nonexistent-pkg"]),
        (
            "apk/no-such-package-several", ["luci-app-nosuch", "nonexistent-pkg"],
            ["luci-app-nosuch", "nonexistent-pkg"]
        ),
        ("apk/missing-dependency-abi", ["libubox20260213"], ["libubox20260213", "mtd"]),
        ("apk/version-pin-not-satisfied", ["tmux=9.9-r1"], ["tmux=9.9-r1"]),
        ("apk-tree/fail-unknown.manifest.err", ["no-such-pkg", "nor-this"], ["no-such-pkg", "nor-this"]),
        ("apk-tree/fail-baddep.manifest.err", ["lab-not-there"], ["lab-baddep", "lab-not-there"]),
    ]

    @Test(arguments: missing)
    func classify_missingPackages(sample: String, named: [String], packages: [String]) throws {
        let expected = BuildFailure.user(
            .init(
                .missingPackages,
                "Impossible package selection: missing (\(named.joined(separator: ", ")))",
                packages: packages
            )
        )
        #expect(try classify(sample) == expected)
    }

    private static let conflicts: [(String, [String])] = [
        ("opkg/conflict-installed", ["conf-a", "conf-b"]),
        ("opkg/file-clash", ["clash-a", "clash-b"]),
        ("opkg-tree/fail-conflict.manifest.err", ["lab-conflict-a", "lab-conflict-b"]),
        ("opkg-tree/fail-dnsmasq.manifest.err", ["dnsmasq", "dnsmasq-full"]),
        ("opkg-tree/fail-clash.manifest.err", ["lab-clash-a", "lab-clash-b"]),
        ("apk/conflict-wpad", ["wpad-basic-mbedtls", "wpad-openssl"]),
        ("apk/negative-conflict", ["libubox20260213", "mtd"]),
        ("apk-tree/fail-conflict.manifest.err", ["lab-conflict-a", "lab-conflict-b"]),
        ("apk-tree/fail-clash.manifest.err", ["lab-clash-a", "lab-clash-b"]),
    ]

    @Test(arguments: conflicts)
    func classify_conflictingPackages(sample: String, packages: [String]) throws {
        let expected = BuildFailure.user(
            .init(
                .conflictingPackages,
                "Impossible package selection: conflicts (\(packages.joined(separator: ", ")))",
                packages: packages
            )
        )
        #expect(try classify(sample) == expected)
    }

    @Test(arguments: [
        "opkg/index-download-404", "opkg/download-404", "opkg/checksum-mismatch", "opkg/kernel-vermagic-mismatch",
        "opkg/missing-dependency", "opkg-tree/fail-nonet.manifest.err", "opkg-tree/fail-nonet-nolists.manifest.err",
        "apk/package-corrupt", "apk/index-truncated", "apk/index-404-http", "apk/untrusted-index",
        "apk/package-truncated", "apk/package-differs-from-index", "apk/package-file-missing", "apk/package-404-http",
        "apk-tree/fail-nonet.manifest.err", "apk-tree/fail-nokey.manifest.err",
    ])
    func classify_feedTrouble_isUpstream(sample: String) throws {
        let failure = try #require(try classify(sample))
        guard case .upstream = failure else {
            Issue.record("\(sample): \(failure)")
            return
        }
        #expect(failure.isWorthRetrying)
    }

    @Test func classify_badSignatureBeforeCannotInstall_isUpstream() throws {
        let signature = try #require(ToolOutput.texts["opkg/index-signature-bad"])
        let unknown = try #require(ToolOutput.texts["opkg/unknown-package"])
        let failure = BuildFailureClassifier.classify(
            BuildTranscript(exitCode: 2, stdout: unknown, stderr: signature)
        )
        #expect(failure?.isWorthRetrying == true)
    }

    @Test func classify_absentFeed_blamesThePackage() throws {
        let url = "http://127.0.0.1:8100/feeds/video/packages.adb"
        let text = try #require(ToolOutput.texts["apk/no-such-package"])
        let noise = "WARNING: updating and opening \(url): HTTP 404: Not Found\n"
        let blamed = BuildFailureClassifier.classify(
            BuildTranscript(exitCode: 2, stderr: noise + text, absentURLs: [url])
        )
        let notBlamed = BuildFailureClassifier.classify(BuildTranscript(exitCode: 2, stderr: noise + text))
        #expect(blamed?.isWorthRetrying == false)
        #expect(notBlamed?.isWorthRetrying == true)
    }

    @Test(arguments: ["image/mktplinkfw-too-big", "image/check-size-too-big", "opkg-tree/fail-toobig.image.err"])
    func classify_tooBigWithExitZero_isStorage(sample: String) throws {
        let expected = BuildFailure.user(.init(.imageTooBig, "Selected packages exceed device storage"))
        #expect(try classify(sample, exitCode: 0) == expected)
    }

    @Test(arguments: [
        "error: ext4_allocate_best_fit_partial: failed to allocate 12 blocks, out of space?",
        "failed to allocate inode 42",
    ])
    func classify_rootPartitionFull_isStorage(text: String) {
        let failure = BuildFailureClassifier.classify(BuildTranscript(exitCode: 2, stderr: text))
        #expect(failure == .user(.init(.imageTooBig, "Selected packages exceed device storage")))
    }

    @Test func classify_oneImageTooBigButOthersThere_isSuccess() throws {
        #expect(try classify("image/check-size-too-big", exitCode: 0, images: true) == nil)
    }

    @Test(arguments: ["apk/ok-simulate", "apk/provides-satisfies-both", "opkg-tree/image.err", "apk-tree/image.err"])
    func classify_noisySuccess_isNoFailure(sample: String) throws {
        #expect(try classify(sample, exitCode: 0, images: true) == nil)
    }

    @Test func classify_badProfileOnStdout_isUsers() throws {
        let text = try #require(ToolOutput.texts["opkg-tree/fail-profile.image.out"])
        let failure = BuildFailureClassifier.classify(BuildTranscript(exitCode: 2, stdout: text))
        #expect(failure == .user(.init(.unknownProfile, "Unsupported profile: nope")))
    }

    @Test func classify_workspaceFullWithExitZero_isInfrastructure() {
        let text = "[mktplinkfw] *** error: unable to write output file: No space left on device"
        let failure = BuildFailureClassifier.classify(BuildTranscript(exitCode: 0, stderr: text, producedImages: true))
        #expect(failure?.isWorthRetrying == true)
    }

    @Test func classify_exitZeroWithoutProfiles_isInfrastructure() {
        let failure = BuildFailureClassifier.classify(BuildTranscript(exitCode: 0))
        #expect(failure == .infrastructure(message: "No JSON file found"))
    }

    @Test func classify_killedOrNotSetUp_isInfrastructure() {
        for code: Int32 in [137, 70, 75] {
            #expect(BuildFailureClassifier.classify(BuildTranscript(exitCode: code))?.isWorthRetrying == true)
        }
    }

    @Test func classify_postinstScript_namesThePackage() {
        let text = "postinst script ./usr/lib/opkg/info/evil.postinst has failed with exit code 3"
        let failure = BuildFailureClassifier.classify(BuildTranscript(exitCode: 2, stderr: text))
        guard case .user(let error)? = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect(error.kind == .packageScript)
        #expect(error.packages == ["evil"])
    }

    @Test func classify_oldOpkgUnsatisfied_namesTheDependency() {
        let text = """
            Collected errors:
             * satisfy_dependencies_for: Cannot satisfy the following dependencies for lab:
             * \tlibnothere *\u{20}
             * opkg_install_cmd: Cannot install package lab.
            """
        let failure = BuildFailureClassifier.classify(BuildTranscript(exitCode: 2, stderr: text))
        #expect(
            failure
                == .user(
                    .init(
                        .missingPackages,
                        "Impossible package selection: missing (libnothere)",
                        packages: ["lab", "libnothere"]
                    )
                )
        )
    }

    @Test func classify_unknownWords_isUnclassified() {
        let failure = BuildFailureClassifier.classify(BuildTranscript(exitCode: 2, stderr: "make: *** [x] Error 2"))
        #expect(failure == .user(.init(.unclassified, "Error while building firmware. See stdout/stderr")))
    }
}
