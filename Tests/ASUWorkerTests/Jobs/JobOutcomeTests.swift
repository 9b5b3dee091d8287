import ASUCore
import ASUTestSupport
import Foundation
import NIOCore
import Testing

@testable import ASUWorker

/// What a job's end leaves in Redis and in the store.
@Suite struct JobOutcomeTests {
    @Test func image_isPublishedWithItsAnswer() async throws {
        try await JobRunnerFixture.run { fixture in
            let hash = try await fixture.enqueue(SampleJob.job { $0.packages = ["vim", "-dnsmasq"] })
            try await fixture.runner().run(fixture.claim())
            let record = try await fixture.record(hash)
            #expect(record.state == .done && record.status == 200 && record.revision == SampleJob.revision)
            let binDir = try #require(record.binDir)
            #expect(binDir.wholeMatch(of: /23.05.5\/ath79\/generic\/board-a\/[0-9a-f]{64}\/1-[0-9a-f]{8}/) != nil)
            let body = try fixture.body(record)
            #expect(body["status"] == 200 && body["detail"] == "done" && body["id"] == "board-a")
            #expect(body["bin_dir"] == .string(binDir) && body["request_hash"] == .string(hash))
            #expect(body["manifest"] == .object(["libc": "1"]))
            #expect(body["version_code"] == .string(SampleJob.revision))
            let command = body["build_cmd"]?.array?.compactMap(\.string) ?? []
            #expect(
                command == [
                    "make", "image", "PROFILE=board-a", "PACKAGES=vim -dnsmasq",
                    "EXTRA_IMAGE_NAME=\(hash.prefix(12))", "BIN_DIR=/build/out",
                ]
            )
            let image = fixture.folder.file("public/store/\(binDir)/a.bin")
            #expect(try TemporaryDirectory.contents(of: image) == Array("image".utf8))
            let names = fixture.publishedFiles().map { $0.split(separator: "/").last.map(String.init) ?? "" }
            #expect(names.sorted() == ["a.bin", "buildlog.txt", "profiles.json"])
            #expect(try fixture.jobFolders().isEmpty)
            let unversioned: ClosedRange<Int64> = 86_000...86_400
            #expect(unversioned.contains(try await fixture.timeToLive(hash)))
        }
    }

    @Test(
        arguments: [
            (true, nil, 1_700...1_800), (false, ["libc": "1"], 604_000...604_800),
        ] as [(Bool, [String: String]?, ClosedRange<Int64>)]
    )
    func image_timeToLive_goesByTheRequest(
        hasDefaults: Bool,
        versions: [String: String]?,
        expected: ClosedRange<Int64>
    ) async throws {
        try await JobRunnerFixture.run(allowsDefaults: true) { fixture in
            let job = try SampleJob.job {
                $0.defaults = hasDefaults ? "true\n" : nil
                $0.packagesVersions = versions
            }
            let hash = try await fixture.enqueue(job)
            try await fixture.runner().run(fixture.claim())
            #expect(try await fixture.record(hash).state == .done)
            #expect(expected.contains(try await fixture.timeToLive(hash)))
        }
    }

    @Test func usersFailure_isCachedWithItsLog() async throws {
        let sandbox = StubSandbox(build: { _ in
            .init(exitCode: 2, stdout: "working\n", stderr: " * opkg_install_cmd: Cannot install package nope.\n")
        })
        try await JobRunnerFixture.run(sandbox) { fixture in
            let hash = try await fixture.enqueue(SampleJob.job { $0.packages = ["nope"] })
            try await fixture.runner().run(fixture.claim())
            let record = try await fixture.record(hash)
            #expect(record.state == .failed && record.status == 500)
            let body = try fixture.body(record)
            #expect(body["detail"] == "Error: Impossible package selection: missing (nope)")
            #expect(body["stdout"] == "working\n")
            #expect(body["imagebuilder_status"] == "failed")
            let hour: ClosedRange<Int64> = 3_500...3_600
            #expect(hour.contains(try await fixture.timeToLive(hash)))
            let log = fixture.folder.file("public/store/\(try #require(record.binDir))/buildlog.txt")
            #expect(try String(contentsOfFile: log, encoding: .utf8).contains("Cannot install package nope"))
        }
    }

    @Test func timeOut_isTheRequestsFault() async throws {
        try await JobRunnerFixture.run(StubSandbox(build: { _ in .init(ending: .timedOut) })) { fixture in
            let hash = try await fixture.enqueue(SampleJob.job())
            try await fixture.runner().run(fixture.claim())
            let body = try fixture.body(await fixture.record(hash))
            #expect(body["detail"] == "Error: The build took longer than 10m and was stopped")
        }
    }

    @Test func defaults_notAllowedHere_areRefusedUnbuilt() async throws {
        try await JobRunnerFixture.run { fixture in
            let hash = try await fixture.enqueue(SampleJob.job { $0.defaults = "reboot\n" })
            try await fixture.runner().run(fixture.claim())
            let record = try await fixture.record(hash)
            #expect(try fixture.body(record)["detail"] == "Error: Handling `defaults` not enabled on server")
            #expect(fixture.sandbox.buildCount == 0)
            let log = fixture.folder.file("public/store/\(try #require(record.binDir))/buildlog.txt")
            #expect(try String(contentsOfFile: log, encoding: .utf8) == "Handling `defaults` not enabled on server\n")
        }
    }

    @Test func otherRevision_isSaidInTheKnownWords() async throws {
        try await JobRunnerFixture.run { fixture in
            let hash = try await fixture.enqueue(SampleJob.job { $0.versionCode = "r99999-0123456789" })
            try await fixture.runner().run(fixture.claim())
            let expected = "Error: Received incorrect version \(SampleJob.revision) (requested r99999-0123456789)"
            #expect(try fixture.body(await fixture.record(hash))["detail"] == .string(expected))
            #expect(fixture.sandbox.buildCount == 0)
        }
    }

    @Test func profileNotInTheTree_isRefusedUnbuilt() async throws {
        try await JobRunnerFixture.run { fixture in
            let hash = try await fixture.enqueue(SampleJob.job { $0.profile = "board-z" })
            try await fixture.runner().run(fixture.claim())
            let detail = try fixture.body(await fixture.record(hash))["detail"]?.string
            #expect(detail?.hasPrefix("Error: Unsupported profile: board-z.") == true)
            #expect(fixture.sandbox.buildCount == 0)
        }
    }

    @Test func words_ofABuildWithoutSandbox_nameNoFolderOfTheHost() async throws {
        let sandbox = StubSandbox(build: { command in
            guard case .folder(let mount) = command.workspace else { throw TestSupportError("no folder") }
            let paths = (command.mounts + [mount]).map(\.source).joined(separator: " ")
            return .init(exitCode: 2, stdout: "make: Entering \(mount.source)/tree\n", stderr: "\(paths)\n")
        })
        try await JobRunnerFixture.run(sandbox, kind: .none) { fixture in
            let hash = try await fixture.enqueue(SampleJob.job())
            try await fixture.runner().run(fixture.claim())
            let record = try await fixture.record(hash)
            let body = try fixture.body(record)
            #expect(body["stdout"] == "make: Entering /build/tree\n")
            #expect(body["stderr"] == "/pristine /run/asu /build\n")
            let log = fixture.folder.file("public/store/\(try #require(record.binDir))/buildlog.txt")
            let text = try String(contentsOfFile: log, encoding: .utf8)
            #expect(text.contains("/build/tree") && !text.contains(fixture.folder.path), "\(text)")
        }
    }

    @Test func success_withAHarmlessComplaint_isASuccess() async throws {
        let sandbox = StubSandbox(build: { _ in
            var answer = StubSandbox.image
            answer.stderr = "touch: cannot touch '/etc/x': Read-only file system\n"
            return answer
        })
        try await JobRunnerFixture.run(sandbox) { fixture in
            let hash = try await fixture.enqueue(SampleJob.job())
            try await fixture.runner().run(fixture.claim())
            #expect(try await fixture.record(hash).state == .done)
        }
    }

    @Test func success_onAFullDisk_isARetry() async throws {
        let sandbox = StubSandbox(build: { _ in
            var answer = StubSandbox.image
            answer.stderr = "dd: error writing: No space left on device\n"
            return answer
        })
        try await JobRunnerFixture.run(sandbox) { fixture in
            let hash = try await fixture.enqueue(SampleJob.job())
            try await fixture.runner().run(fixture.claim())
            let record = try await fixture.record(hash)
            #expect(record.state == .queued)
            #expect(record.lastError == "The build ran into a limit of this host: No space left on device")
        }
    }
}
