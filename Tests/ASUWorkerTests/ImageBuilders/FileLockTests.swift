import ASUTestSupport
import Foundation
import Testing

@testable import ASUWorker

@Suite struct FileLockTests {
    private let folder: TemporaryDirectory
    private let path: String

    init() throws {
        folder = try TemporaryDirectory("lock")
        path = folder.file("x.lock")
    }

    @Test func shared_standsBesideShared_notBesideExclusive() throws {
        let first = try #require(try FileLock.tryAcquire(path, .shared))
        let second = try #require(try FileLock.tryAcquire(path, .shared))
        #expect(try FileLock.tryAcquire(path, .exclusive) == nil)
        withExtendedLifetime((first, second)) {}
    }

    @Test func exclusive_released_isFreeAgain() async throws {
        do {
            let lock = try #require(try FileLock.tryAcquire(path, .exclusive))
            #expect(try FileLock.tryAcquire(path, .shared) == nil)
            withExtendedLifetime(lock) {}
        }
        // Waits: a child that another test starts just now may have the descriptor until it runs its program.
        let again = try await FileLock.acquire(path, .exclusive)
        withExtendedLifetime(again) {}
    }

    @Test func acquire_taken_waitsForItsRelease() async throws {
        var lock = try FileLock.tryAcquire(path, .exclusive)
        #expect(lock != nil)
        let waiter = Task { [path] in try await FileLock.acquire(path, .exclusive) }
        #expect(try FileLock.tryAcquire(path, .exclusive) == nil)
        lock = nil
        let taken = try await waiter.value
        #expect(try FileLock.tryAcquire(path, .shared) == nil)
        withExtendedLifetime(taken) {}
    }

    @Test func acquire_cancelled_ends() async throws {
        let lock = try #require(try FileLock.tryAcquire(path, .exclusive))
        let waiter = Task { [path] in try await FileLock.acquire(path, .exclusive) }
        waiter.cancel()
        await #expect(throws: CancellationError.self) { try await waiter.value }
        withExtendedLifetime(lock) {}
    }

    @Test func lock_ofAnotherProcess_countsUntilItEnds() async throws {
        let child = try ChildProcess("/usr/bin/flock", ["-x", path, "/bin/sh", "-c", "touch \(path).held; sleep 600"])
        for _ in 0..<500 where !TemporaryDirectory.exists(path + ".held") {
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(try FileLock.tryAcquire(path, .shared) == nil)
        // The shell's sleep has the lock too.
        kill(-child.processID, SIGKILL)
        try await child.wait()
        let lock = try await FileLock.acquire(path, .shared)
        withExtendedLifetime(lock) {}
    }

    @Test func tryAcquire_noFolder_namesTheFile() {
        let error = #expect(throws: ImageBuilderError.self) {
            try FileLock.tryAcquire(folder.file("none/x.lock"), .shared)
        }
        #expect(error?.code == .disk)
        #expect(error?.description.contains("none/x.lock") == true)
    }
}
