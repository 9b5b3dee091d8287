import ASUCore
import ASUTestSupport
import Foundation
import Testing

@testable import ASUWorker

@Suite struct WorkerServiceTests {
    private func service(_ fixture: JobRunnerFixture, _ runner: JobRunner, once: Bool) -> WorkerService {
        WorkerService(
            queue: fixture.queue,
            runner: runner,
            door: runner.build.door,
            lease: fixture.settings.lease,
            worker: "w1",
            once: once,
            grace: .seconds(1),
            logger: JobRunnerFixture.logger
        )
    }

    /// Runs a worker beside its door until it ends, or `body` does.
    private func run(_ service: WorkerService, _ body: @escaping @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                do { try await service.door.run() } catch is CancellationError {}
                return false
            }
            group.addTask {
                try await service.run()
                return true
            }
            group.addTask {
                try await body()
                return true
            }
            defer { group.cancelAll() }
            while let isEnd = try await group.next() {
                if isEnd { return }
            }
        }
    }

    private func waitForEnd(_ fixture: JobRunnerFixture, _ hash: String) async throws -> BuildRecord {
        let end = ContinuousClock.now + .seconds(20)
        while ContinuousClock.now < end {
            let record = try await fixture.record(hash)
            if record.state.isFinished { return record }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw TestSupportError("the job doesn't end")
    }

    @Test func once_oneJob_endsAndLeavesTheList() async throws {
        try await JobRunnerFixture.run { fixture in
            let hash = try await fixture.enqueue(SampleJob.job())
            try await run(service(fixture, fixture.runner(), once: true)) {
                try await Task.sleep(for: .seconds(30))
            }
            #expect(try await fixture.record(hash).state == .done)
            #expect(try await fixture.queue.counts().workers == 0)
        }
    }

    @Test func jobs_comingLater_areBuiltOneAfterTheOther() async throws {
        try await JobRunnerFixture.run { fixture in
            let service = service(fixture, try fixture.runner(), once: false)
            try await run(service) {
                for package in ["a", "b"] {
                    let hash = try await fixture.enqueue(SampleJob.job { $0.packages = [package] })
                    #expect(try await waitForEnd(fixture, hash).state == .done)
                }
                #expect(try await fixture.queue.counts().workers == 1)
            }
            #expect(fixture.sandbox.buildCount == 2)
        }
    }

    @Test func cancelled_inMidBuild_givesTheJobBack() async throws {
        let (started, begin) = AsyncStream<Void>.makeStream()
        let sandbox = StubSandbox(build: { _ in
            begin.yield()
            try await Task.sleep(for: .seconds(60))
            return StubSandbox.image
        })
        try await JobRunnerFixture.run(sandbox) { fixture in
            let hash = try await fixture.enqueue(SampleJob.job())
            try await run(service(fixture, fixture.runner(), once: false)) {
                for await _ in started { break }
            }
            let record = try await fixture.record(hash)
            #expect(record.state == .queued && record.attempt == 0)
        }
    }

    @Test func redisAway_worksOnOnceItIsBack() async throws {
        try await JobRunnerFixture.run { fixture in
            try await fixture.server.kill()
            let service = service(fixture, try fixture.runner(), once: false)
            try await run(service) {
                try await fixture.server.restart()
                let hash = try await enqueueOnceItAnswers(fixture)
                #expect(try await waitForEnd(fixture, hash).state == .done)
            }
        }
    }

    /// The client rests for a moment after a failed connection.
    private func enqueueOnceItAnswers(_ fixture: JobRunnerFixture) async throws -> String {
        for _ in 0..<50 {
            do {
                return try await fixture.enqueue(SampleJob.job())
            } catch let error as QueueError where error.code == .unavailable {
                try await Task.sleep(for: .milliseconds(100))
            }
        }
        return try await fixture.enqueue(SampleJob.job())
    }
}
