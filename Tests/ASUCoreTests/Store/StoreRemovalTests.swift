import ASUCore
import ASUTestSupport
import Foundation
import Testing

struct StoreRemovalTests {
    private let folder: TemporaryDirectory
    private let store: LocalArtifactStore

    init() throws {
        folder = try TemporaryDirectory("store")
        store = LocalArtifactStore(publicPath: folder.file("public"))
    }

    private static func path(_ number: Int = 1, token: Int64 = 7, profile: String = "box") throws -> PublicationPath {
        let digits = String(number, radix: 16)
        let hash = String(repeating: "0", count: 64 - digits.count) + digits
        return try #require(PublicationPath("24.10.4/x86/64/\(profile)/\(hash)/\(token)-0000beef"))
    }

    /// Publishes two files of 5 bytes together.
    private func publish(_ path: PublicationPath) throws {
        try folder.write("abc", to: "public/store/\(path)/image.bin")
        try folder.write("de", to: "public/store/\(path)/sub/buildlog.txt")
    }

    private func all(_ limit: Int = 10) async throws -> [StoredPublication] {
        let listing = store.publications()
        var found: [StoredPublication] = []
        while true {
            let page = try await listing.next(limit)
            #expect(page.count <= limit)
            guard !page.isEmpty else { return found }
            found += page
        }
    }

    @Test func publications_arePagedWithSizeAndTime() async throws {
        let paths = try (1...25).map { try Self.path($0, profile: "box\($0 % 3)") }
        for path in paths { try publish(path) }
        let found = try await all(4)
        #expect(found.map(\.path.description).sorted() == paths.map(\.description).sorted())
        #expect(found.allSatisfy { $0.bytes == 5 && abs($0.modified.timeIntervalSinceNow) < 60 })
        // At its end, a walk stays there.
        let listing = store.publications()
        _ = try await listing.next(100)
        #expect(try await listing.next(100) == [])
        #expect(try await listing.next(100) == [])
    }

    @Test func publications_ofNoStore_areNone() async throws {
        #expect(try await all() == [])
        #expect(try await store.staged(limit: 10) == [])
    }

    @Test func publications_whatIsSomebodyElses_isPassedOver() async throws {
        let path = try Self.path()
        try publish(path)
        let hash = path.hash
        for other in [
            "robots.txt", "a/b/c/d/e/f/g.bin", "24.10.4/x86/64/box/\(hash)/1/image.bin",
            "24.10.4/x86/64/box/\(hash)/7-0000BEEF/image.bin", "24.10.4/x86/64/box/\(hash)/file",
            ".hidden/x86/64/box/\(hash)/7-0000beef/image.bin", "24.10.4/x86/64/box/nohash/7-0000beef/image.bin",
        ] { try folder.write("x", to: "public/store/\(other)") }
        #expect(try await all().map(\.path) == [path])
    }

    @Test func publications_links_areNotFollowed() async throws {
        let outside = try Self.path(2)
        try folder.write("secret", to: "outside/\(outside)/image.bin")
        try publish(Self.path())
        try link("\(folder.path)/outside/24.10.4", "24.10.5")
        try link("\(folder.path)/outside/24.10.4/x86", "24.10.4/y86")
        try link("\(folder.path)/outside/\(outside)", "24.10.4/x86/64/box/\(Self.path().hash)/9-0000beef")
        try link("\(folder.path)/outside/\(outside)/image.bin", "\(Self.path())/linked.bin")
        let found = try await all()
        #expect(found.map(\.path) == [try Self.path()])
        #expect(found.map(\.bytes) == [5])
    }

    private func link(_ target: String, _ name: String) throws {
        try FileManager.default.createSymbolicLink(atPath: "\(store.root)/\(name)", withDestinationPath: target)
    }

    @Test func remove_links_areRemovedAndNotFollowed() async throws {
        let outside = try Self.path(2)
        try folder.write("secret", to: "outside/\(outside)/image.bin")
        let path = try Self.path()
        try publish(path)
        try link("\(folder.path)/outside", "\(path)/link")
        #expect(try await store.remove(path) == 5)
        try link("\(folder.path)/outside/24.10.4", "24.10.4")
        #expect(try await store.remove(outside) == 0)
        #expect(TemporaryDirectory.exists(folder.file("outside/\(outside)/image.bin")))
    }

    @Test func remove_lastOfItsFolders_takesTheEmptyOnesAlong() async throws {
        let (one, two) = (try Self.path(1), try Self.path(2))
        for path in [one, two] { try publish(path) }
        try folder.write("x", to: "public/store/robots.txt")
        #expect(try await store.remove(one) == 5)
        #expect(!TemporaryDirectory.exists("\(store.root)/24.10.4/x86/64/box/\(one.hash)"))
        #expect(try await all().map(\.path) == [two])
        #expect(try await store.remove(two) == 5)
        #expect(!TemporaryDirectory.exists("\(store.root)/24.10.4"))
        #expect(TemporaryDirectory.exists("\(store.root)/robots.txt"))
        #expect(try await store.remove(two) == 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("public/incoming")) == [])
    }

    @Test func remove_killedBefore_takesTheEmptyFoldersAlong() async throws {
        let path = try Self.path()
        try FileManager.default.createDirectory(
            atPath: "\(store.root)/24.10.4/x86/64/box",
            withIntermediateDirectories: true
        )
        #expect(try await store.remove(path) == 0)
        #expect(!TemporaryDirectory.exists("\(store.root)/24.10.4"))
        #expect(TemporaryDirectory.exists(store.root))
    }

    @Test func remove_whilePublishing_neverFailsThePublication() async throws {
        let store = store
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                for token in 1...300 as ClosedRange<Int64> {
                    let path = try Self.path(token: token)
                    let staged = try await store.stage(path)
                    try await store.publish(path, staged: staged)
                    _ = try await store.remove(path)
                }
                return true
            }
            for other in [1001, 1002] as [Int64] {
                // Removes the same folders above, again and again, as they become empty.
                group.addTask {
                    while !Task.isCancelled { _ = try await store.remove(Self.path(token: other)) }
                    return false
                }
            }
            defer { group.cancelAll() }
            while let isDone = try await group.next(), !isDone {}
        }
        #expect(try await all() == [])
    }

    @Test func staged_areNamedByTheirClaim() async throws {
        let path = try Self.path(token: 12)
        _ = try await store.stage(path)
        try folder.write("x", to: "public/incoming/\(path.hash)~13-0000beef.removed/image.bin")
        try folder.write("x", to: "public/incoming/notes/image.bin")
        try folder.write("x", to: "public/incoming/\(path.hash)~14-0000beef")
        let staged = try await store.staged(limit: 10).sorted { $0.name < $1.name }
        #expect(staged.map(\.claim) == [.init(hash: path.hash, token: 12), nil])
        #expect(staged.allSatisfy { abs($0.modified.timeIntervalSinceNow) < 60 })
        #expect(try await store.staged(limit: 1).count == 1)
        for one in staged { try await store.remove(one) }
        #expect(try await store.staged(limit: 10) == [])
        #expect(TemporaryDirectory.exists(folder.file("public/incoming/notes/image.bin")))
        let forged = StagedPublication(name: "../store", claim: nil, modified: Date())
        await #expect(throws: ArtifactStoreError.self) { try await store.remove(forged) }
    }

    @Test(arguments: [
        "24.10.4/x86/64/box/HASH/7-0000beef", "SNAPSHOT/ath79/generic/tplink_a-v1.0/HASH/0-ffffffff",
    ])
    func path_text_isParsed(text: String) throws {
        let hash = String(repeating: "ab", count: 32)
        let text = text.replacing("HASH", with: hash)
        let path = try #require(PublicationPath(text))
        #expect(path.description == text)
        #expect(path.hash.text == hash)
        #expect("\(path.version)/\(path.target)".hasPrefix(text.prefix(8)))
    }

    @Test(arguments: [
        "", "/", "24.10.4/x86/64/box/HASH", "24.10.4/x86/64/box/HASH/7-0000beef/",
        "/24.10.4/x86/64/box/HASH/7-0000beef",
        "../x86/64/box/HASH/7-0000beef", "24.10.4/x86/../box/HASH/7-0000beef", "24.10.4/x86/64/../HASH/7-0000beef",
        "24.10.4/x86/64/a,b/HASH/7-0000beef", "24.10.4/x86/64/box/HASH/07-0000beef",
        "24.10.4/x86/64/box/HASH/-1-0000beef",
        "24.10.4/x86/64/box/HASH/7-beef", "24.10.4/x86/64/box/HASH/7-0000BEEF", "24.10.4/x86/64/box/ab/7-0000beef",
        "24.10.4/x86/64/box/HASH/99999999999999999999-0000beef", "24.10.4/x86/64/box/HASH/+7-0000beef",
    ])
    func path_otherText_isRefused(text: String) {
        #expect(PublicationPath(text.replacing("HASH", with: String(repeating: "ab", count: 32))) == nil)
    }
}
