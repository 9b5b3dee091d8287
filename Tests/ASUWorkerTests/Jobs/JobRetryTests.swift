import ASUCore
import ASUTestSupport
import Foundation
import NIOCore
import Synchronization
import Testing

@testable import ASUWorker

/// Attempts that come to no outcome.
@Suite struct JobRetryTests {
    private static let hostFault = "the build host had a fault; the operator's log says which"

    @Test func hostFault_isTriedAgainThenRememberedForAMinute() async throws {
        let sandbox = StubSandbox(build: { command in
            throw SandboxError(.cannotStart, command.logFolder, "out of everything")
        })
        try await JobRunnerFixture.run(sandbox) { fixture in
            let hash = try await fixture.enqueue(SampleJob.job())
            let runner = try fixture.runner()
            for attempt in 1...2 {
                let claimed = try await fixture.claim()
                #expect(claimed.attempt == attempt)
                await runner.run(claimed)
                let record = try await fixture.record(hash)
                #expect(record.state == .queued && record.lastError == Self.hostFault)
                // It isn't to be had before its pause is over.
                #expect(try await fixture.queue.claim(worker: "w2", lease: .seconds(1)) == nil)
                #expect(try await fixture.queue.counts().delayed == 1)
                #expect(fixture.publishedFiles().isEmpty)
                try await fixture.expire(hash)
            }
            await runner.run(try await fixture.claim())
            let record = try await fixture.record(hash)
            #expect(record.state == .failed && record.status == 500 && record.binDir == nil)
            let body = try fixture.body(record)
            #expect(body["detail"] == .string("Error: All 3 attempts failed. The last one: \(Self.hostFault)"))
            #expect(body["request_hash"] == .string(hash) && body["stdout"] == "")
            let minute: ClosedRange<Int64> = 50...60
            #expect(minute.contains(try await fixture.timeToLive(hash)))
            #expect(sandbox.buildCount == 3)
            #expect(fixture.publishedFiles().isEmpty)
            #expect(try fixture.jobFolders().isEmpty)
        }
    }

    @Test func feedsUnreadable_saysSoWithUpstreamsAddress() async throws {
        let sandbox = StubSandbox(build: { command in
            let texts = command.arguments.compactMap { argument in
                if case .path(in: "/run/asu", "repositories") = argument { return true }
                return nil
            }
            guard !texts.isEmpty, let input = command.mounts.first(where: { $0.destination == "/run/asu" }) else {
                throw TestSupportError("no input")
            }
            let list = try String(contentsOfFile: input.source + "/repositories", encoding: .utf8)
            let feed = list.split(separator: "\n").first { $0.hasPrefix("src/gz") }?.split(separator: " ").last ?? "?"
            return .init(exitCode: 2, stderr: "*** Failed to download the package list from \(feed)/Packages.gz\n")
        })
        try await JobRunnerFixture.run(sandbox) { fixture in
            let files = [
                "repositories.conf":
                    "src/gz core https://downloads.openwrt.org/releases/23.05.5/core\nsrc imagebuilder file:packages\n"
            ]
            try await fixture.upstream.publish(files: files)
            let hash = try await fixture.enqueue(SampleJob.job())
            try await fixture.runner().run(fixture.claim())
            let reason = try #require(try await fixture.record(hash).lastError)
            let url = "\(fixture.upstream.nginx.url)/releases/23.05.5/core/Packages.gz"
            #expect(reason.hasPrefix("The package feeds could not be read: "))
            #expect(reason.hasSuffix(url), "\(reason)")
        }
    }

    @Test func imageBuilderUntrusted_saysSo() async throws {
        try await JobRunnerFixture.run { fixture in
            try await fixture.upstream.publish(digest: String(repeating: "0", count: 64))
            let hash = try await fixture.enqueue(SampleJob.job())
            try await fixture.runner().run(fixture.claim())
            let reason = try #require(try await fixture.record(hash).lastError)
            #expect(reason.hasPrefix("ImageBuilder: "))
            #expect(!reason.contains(fixture.folder.path))
        }
    }

    @Test func exhausted_afterLostWorkers_isGivenUpUnbuilt() async throws {
        try await JobRunnerFixture.run { fixture in
            let hash = try await fixture.enqueue(SampleJob.job())
            for number in 1...3 {
                _ = try await fixture.claim("secret-host:\(number)")
                try await fixture.expire(hash)
            }
            let claimed = try await fixture.claim()
            #expect(claimed.attempt == 4)
            try await fixture.runner().run(claimed)
            let record = try await fixture.record(hash)
            #expect(record.state == .failed)
            let expected = "Error: All 3 attempts failed. The last one: the worker that had it vanished"
            #expect(try fixture.body(record)["detail"] == .string(expected))
            let minute: ClosedRange<Int64> = 50...60
            #expect(minute.contains(try await fixture.timeToLive(hash)))
            #expect(fixture.sandbox.buildCount == 0)
        }
    }

    @Test(arguments: ["", "{}", "not JSON", #"{"request":{"version":"../.."},"profile":"x"}"#])
    func damagedPayload_endsAfterAllAttempts(payload: String) async throws {
        try await JobRunnerFixture.run { fixture in
            let hash = String(repeating: "ab", count: 32)
            _ = try await fixture.queue.enqueue(hash: hash, request: ByteBuffer(string: payload), maxPending: 5)
            let runner = try fixture.runner()
            for _ in 1...3 {
                await runner.run(try await fixture.claim())
                try await fixture.expire(hash)
            }
            let record = try await fixture.record(hash)
            #expect(record.state == .failed && record.status == 500)
            let body = try fixture.body(record)
            #expect(body["detail"] == "Error: the job in the queue is damaged" && body["status"] == 500)
            let minute: ClosedRange<Int64> = 50...60
            #expect(minute.contains(try await fixture.timeToLive(hash)))
        }
    }

    @Test func hash_thatIsNone_endsToo() async throws {
        try await JobRunnerFixture.run(maxAttempts: 1) { fixture in
            let bytes = try SampleJob.job().encoded()
            _ = try await fixture.queue.enqueue(hash: "short", request: ByteBuffer(bytes: bytes), maxPending: 5)
            try await fixture.runner().run(fixture.claim())
            #expect(try await fixture.record("short").state == .failed)
            #expect(fixture.publishedFiles().isEmpty)
        }
    }

    @Test func cancelled_isGivenBackUncounted() async throws {
        let (started, begin) = AsyncStream<Void>.makeStream()
        let sandbox = StubSandbox(build: { _ in
            begin.yield()
            try await Task.sleep(for: .seconds(60))
            return StubSandbox.image
        })
        try await JobRunnerFixture.run(sandbox) { fixture in
            let hash = try await fixture.enqueue(SampleJob.job())
            let (runner, claimed) = (try fixture.runner(), try await fixture.claim())
            let task = Task { await runner.run(claimed) }
            for await _ in started { break }
            task.cancel()
            await task.value
            let record = try await fixture.record(hash)
            #expect(record.state == .queued && record.attempt == 0)
            #expect(fixture.publishedFiles().isEmpty)
            #expect(try fixture.jobFolders().isEmpty)
            // At once, for another worker.
            #expect(try await fixture.claim("w2").attempt == 1)
        }
    }

    @Test func leaseLost_inMidBuild_stopsItAndPublishesNothing() async throws {
        let (started, begin) = AsyncStream<Void>.makeStream()
        let wasCancelled = Mutex(false)
        let sandbox = StubSandbox(build: { _ in
            begin.yield()
            do {
                try await Task.sleep(for: .seconds(60))
            } catch {
                wasCancelled.withLock { $0 = true }
                throw error
            }
            return StubSandbox.image
        })
        try await JobRunnerFixture.run(sandbox, lease: .milliseconds(600)) { fixture in
            let hash = try await fixture.enqueue(SampleJob.job())
            let (runner, claimed) = (try fixture.runner(), try await fixture.claim())
            let task = Task { await runner.run(claimed) }
            for await _ in started { break }
            // Two steps, and the old holder's heartbeat may come between them.
            var other: ClaimedJob?
            while other == nil {
                try await fixture.expire(hash)
                other = try await fixture.queue.claim(worker: "w2", lease: .seconds(60))
            }
            await task.value
            #expect(wasCancelled.withLock { $0 })
            let record = try await fixture.record(hash)
            #expect(record.state == .started && record.worker == "w2" && record.lastError?.contains("w1") == true)
            #expect(fixture.publishedFiles().isEmpty)
            #expect(try fixture.jobFolders().isEmpty)
        }
    }

    @Test func leaseLost_justBeforeTheEnd_takesThePublishedFilesBack() async throws {
        let (started, begin) = AsyncStream<Void>.makeStream()
        let (stolen, go) = AsyncStream<Void>.makeStream()
        let sandbox = StubSandbox(build: { _ in
            begin.yield()
            for await _ in stolen { break }
            return StubSandbox.image
        })
        try await JobRunnerFixture.run(sandbox) { fixture in
            let hash = try await fixture.enqueue(SampleJob.job())
            let (runner, claimed) = (try fixture.runner(), try await fixture.claim())
            let task = Task { await runner.run(claimed) }
            for await _ in started { break }
            try await fixture.expire(hash)
            _ = try await fixture.claim("w2")
            go.yield()
            await task.value
            let record = try await fixture.record(hash)
            #expect(record.state == .started && record.worker == "w2")
            #expect(fixture.publishedFiles().isEmpty)
        }
    }

    @Test func heartbeat_keepsALongBuildsLease() async throws {
        let (finish, go) = AsyncStream<Void>.makeStream()
        let sandbox = StubSandbox(build: { _ in
            for await _ in finish { break }
            return StubSandbox.image
        })
        try await JobRunnerFixture.run(sandbox, lease: .seconds(12)) { fixture in
            let hash = try await fixture.enqueue(SampleJob.job())
            let (runner, claimed) = (try fixture.runner(), try await fixture.claim())
            let task = Task { await runner.run(claimed) }
            // Past its first end, the lease still stands.
            var end = claimed.lease.expiresAt
            while end < claimed.lease.expiresAt + 1500 {
                try await Task.sleep(for: .milliseconds(50))
                let score = RedisCommand("ZSCORE", fixture.queue.keys.running, hash)
                end = try #require(try await fixture.redis.send(score).text.flatMap(Double.init).map { Int64($0) })
                #expect(try await fixture.queue.claim(worker: "w2", lease: .seconds(1)) == nil)
            }
            go.yield()
            await task.value
            #expect(try await fixture.record(hash).state == .done)
        }
    }

    @Test func redisGoneAtTheEnd_keepsWhatARecordMayName() async throws {
        let stop = Mutex<RedisServer?>(nil)
        let sandbox = StubSandbox(build: { _ in
            try await stop.withLock { $0 }?.kill()
            return StubSandbox.image
        })
        try await JobRunnerFixture.run(sandbox) { fixture in
            stop.withLock { $0 = fixture.server }
            try await fixture.enqueue(SampleJob.job())
            let claimed = try await fixture.claim()
            try await fixture.runner().run(claimed)
            #expect(fixture.publishedFiles().contains { $0.hasSuffix("/a.bin") })
            #expect(try fixture.jobFolders().isEmpty)
        }
    }
}
