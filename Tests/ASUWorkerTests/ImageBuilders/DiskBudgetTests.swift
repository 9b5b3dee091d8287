import ASUTestSupport
import Foundation
import Logging
import Testing

@testable import ASUWorker

@Suite struct DiskBudgetTests {
    private let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory("budget")
    }

    private func budget(_ maxBytes: Int64) -> DiskBudget {
        DiskBudget(
            imageBuilders: folder.file("imagebuilders"),
            packages: folder.file("packages"),
            maxBytes: maxBytes,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        )
    }

    private static func hash(_ digit: Character) -> String { String(repeating: digit, count: 64) }

    /// Makes something of 400,000 bytes that was used so many seconds ago.
    private func add(_ file: String, in whole: String? = nil, age: Double) throws {
        try folder.write([UInt8](repeating: 7, count: 400_000), to: file)
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -age)],
            ofItemAtPath: folder.file(whole ?? file)
        )
    }

    private func addTree(_ digit: Character, age: Double) throws {
        let home = "imagebuilders/\(Self.hash(digit))"
        try add("\(home)/tree/file", in: home, age: age)
    }

    private func exists(_ name: String) -> Bool { TemporaryDirectory.exists(folder.file(name)) }

    private func hasTree(_ digit: Character) -> Bool { exists("imagebuilders/\(Self.hash(digit))") }

    @Test func makeRoom_withinBudget_removesNothing() throws {
        try addTree("a", age: 100)
        try add("packages/ab/x", age: 900)
        try budget(2_000_000).makeRoom()
        #expect(hasTree("a") && exists("packages/ab/x"))
    }

    @Test func makeRoom_nothingThere_isFine() throws {
        try budget(1).makeRoom()
        try budget(1).removeLeftovers()
    }

    @Test func makeRoom_overBudget_removesTheLongestUnusedOfAll() throws {
        try addTree("a", age: 300)
        try addTree("b", age: 100)
        try add("packages/ab/old", age: 200)
        try folder.write("{}", to: "packages/ab/old.json")
        try add("packages/ab/new", age: 50)
        try folder.write("{}", to: "packages/ab/new.json")
        try budget(1_000_000).makeRoom()
        #expect(!hasTree("a") && hasTree("b"))
        #expect(!exists("packages/ab/old") && !exists("packages/ab/old.json"))
        #expect(exists("packages/ab/new") && exists("packages/ab/new.json"))
        #expect(!exists("imagebuilders/\(Self.hash("a")).removed"))
    }

    @Test func makeRoom_treeInUse_isSpared() throws {
        try addTree("a", age: 300)
        try addTree("b", age: 100)
        let lock = try FileLock.tryAcquire(folder.file("imagebuilders/\(Self.hash("a")).lock"), .shared)
        try budget(500_000).makeRoom()
        #expect(hasTree("a") && !hasTree("b"))
        withExtendedLifetime(lock) {}
    }

    @Test func makeRoom_again_countsTreesThatCameSince() throws {
        let budget = budget(900_000)
        try addTree("a", age: 300)
        try budget.makeRoom()
        #expect(hasTree("a"))
        try addTree("b", age: 200)
        try addTree("c", age: 100)
        try budget.makeRoom()
        #expect(!hasTree("a") && hasTree("b") && hasTree("c"))
    }

    @Test func makeRoom_abandonedDownload_goesUnlessASetUpHasIt() throws {
        for digit in ["a", "b"] { try add("imagebuilders/\(Self.hash(Character(digit)))-x.tar.xz.part", age: 300) }
        let lock = try FileLock.tryAcquire(folder.file("imagebuilders/\(Self.hash("a")).setup"), .exclusive)
        try budget(1).makeRoom()
        #expect(exists("imagebuilders/\(Self.hash("a"))-x.tar.xz.part"))
        #expect(!exists("imagebuilders/\(Self.hash("b"))-x.tar.xz.part"))
        withExtendedLifetime(lock) {}
    }

    @Test func makeRoom_remainsOfARemoval_areNoObstacle() throws {
        try addTree("a", age: 300)
        try folder.write("x", to: "imagebuilders/\(Self.hash("a")).removed/tree/file")
        try budget(1).makeRoom()
        #expect(!hasTree("a") && !exists("imagebuilders/\(Self.hash("a")).removed"))
    }

    @Test func makeRoom_otherFiles_areLeftAlone() throws {
        try folder.write("x", to: "imagebuilders/README")
        try addTree("a", age: 300)
        try budget(1).makeRoom()
        #expect(!hasTree("a") && exists("imagebuilders/README"))
    }

    @Test func removeLeftovers_halfMadeTrees_goUnlessBeingMade() throws {
        for digit in ["a", "b"] {
            try folder.write("x", to: "imagebuilders/\(Self.hash(Character(digit))).partial/tree/file")
        }
        try folder.write("x", to: "imagebuilders/\(Self.hash("c")).removed/tree/file")
        try addTree("d", age: 1)
        let lock = try FileLock.tryAcquire(folder.file("imagebuilders/\(Self.hash("a")).setup"), .exclusive)
        try budget(1 << 30).removeLeftovers()
        #expect(exists("imagebuilders/\(Self.hash("a")).partial"))
        #expect(!exists("imagebuilders/\(Self.hash("b")).partial"))
        #expect(!exists("imagebuilders/\(Self.hash("c")).removed"))
        #expect(hasTree("d"))
        withExtendedLifetime(lock) {}
    }
}
