import ASUCore
import ASUTestSupport
import Glibc
import Testing

struct LocalArtifactStoreTests {
    private let folder: TemporaryDirectory
    private let store: LocalArtifactStore

    init() throws {
        folder = try TemporaryDirectory("store")
        store = LocalArtifactStore(publicPath: folder.file("public"))
    }

    private static func publication(token: Int64 = 7, profile: String = "acme_box") throws -> PublicationPath {
        let request = try SampleRequest.parse()
        let job = BuildJob(
            request: request,
            profile: try #require(ProfileName(profile)),
            architecture: "x86_64",
            revision: ""
        )
        return PublicationPath(job: job, hash: RequestHash(request), token: token, salt: 0xBEEF)
    }

    private func put(_ text: String, in staged: String, as name: String = "image.bin") throws {
        try folder.write(text, to: "\(staged.dropFirst(folder.path.count + 1))/\(name)")
    }

    @Test func path_publication_namesWhatWasBuilt() throws {
        let publication = try Self.publication()
        let hash = RequestHash(try SampleRequest.parse())
        #expect(publication.description == "24.10.4/x86/64/acme_box/\(hash)/7-0000beef")
        #expect(try Self.publication(token: 8) != publication)
    }

    @Test func path_sameTokenTwice_differs() throws {
        let request = try SampleRequest.parse()
        let profile = try #require(ProfileName("acme_box"))
        let job = BuildJob(request: request, profile: profile, architecture: "x86_64", revision: "")
        let paths = (0..<20).map { _ in
            PublicationPath(job: job, hash: RequestHash(request), token: 7).description
        }
        #expect(Set(paths).count == 20)
        #expect(paths.allSatisfy { $0.wholeMatch(of: /.*\/7-[0-9a-f]{8}/) != nil })
    }

    @Test func publish_stagedFiles_appearAllAtOnce() async throws {
        let publication = try Self.publication()
        let staged = try await store.stage(publication)
        try put("image", in: staged)
        try put("log", in: staged, as: "buildlog.txt")
        let path = "\(store.root)/\(publication)"
        #expect(!staged.hasPrefix(store.root))
        #expect(!TemporaryDirectory.exists(store.root))
        try await store.publish(publication, staged: staged)
        #expect(try TemporaryDirectory.contents(of: "\(path)/image.bin") == Array("image".utf8))
        #expect(try TemporaryDirectory.contents(of: "\(path)/buildlog.txt") == Array("log".utf8))
        #expect(!TemporaryDirectory.exists(staged))
    }

    @Test func stage_again_beginsEmptyAndApartFromOthers() async throws {
        let publication = try Self.publication()
        let staged = try await store.stage(publication)
        try put("half", in: staged)
        let other = try await store.stage(Self.publication(token: 8))
        #expect(other != staged)
        #expect(try await store.stage(publication) == staged)
        #expect(!TemporaryDirectory.exists("\(staged)/image.bin"))
    }

    @Test func stage_longestNames_fitAFolderName() async throws {
        let publication = try Self.publication(token: .max, profile: String(repeating: "p", count: 100))
        let staged = try await store.stage(publication)
        try put("image", in: staged)
        try await store.publish(publication, staged: staged)
        #expect(TemporaryDirectory.exists("\(store.root)/\(publication)/image.bin"))
        let name = try #require(staged.split(separator: "/").last)
        #expect(name.utf8.count < 100)
    }

    @Test func publish_overAPublishedFolder_isRefusedAndChangesNothing() async throws {
        let publication = try Self.publication()
        var staged = try await store.stage(publication)
        try put("first", in: staged)
        try await store.publish(publication, staged: staged)
        staged = try await store.stage(publication)
        try put("second", in: staged)
        await #expect(throws: ArtifactStoreError.self) { try await store.publish(publication, staged: staged) }
        let image = try TemporaryDirectory.contents(of: "\(store.root)/\(publication)/image.bin")
        #expect(image == Array("first".utf8))
    }

    @Test func discard_stagedAndPublished_areGone() async throws {
        let publication = try Self.publication()
        let kept = try Self.publication(token: 8)
        for one in [publication, kept] {
            let staged = try await store.stage(one)
            try put("image", in: staged)
            try await store.publish(one, staged: staged)
        }
        let staged = try await store.stage(publication)
        try await store.discard(publication, staged: staged)
        #expect(!TemporaryDirectory.exists(staged))
        #expect(!TemporaryDirectory.exists("\(store.root)/\(publication)"))
        #expect(TemporaryDirectory.exists("\(store.root)/\(kept)/image.bin"))
        // Nothing there is no error.
        try await store.discard(publication, staged: staged)
    }

    @Test func publish_nothingStaged_failsAndNamesThePath() async throws {
        let publication = try Self.publication()
        await #expect {
            try await store.publish(publication, staged: folder.file("none"))
        } throws: {
            ($0 as? ArtifactStoreError)?.code == .failed && "\($0)".contains("\(store.root)/\(publication): ")
        }
    }

    @Test func stage_whereAFileStands_fails() async throws {
        try folder.write("a file", to: "public")
        let publication = try Self.publication()
        await #expect(throws: ArtifactStoreError.self) { try await store.stage(publication) }
    }

    @Test(arguments: [
        ("openwrt-24.10.4-x86-64-generic-squashfs-combined.img.gz", true), ("buildlog.txt", true),
        ("a+b~c,d=e@f:g", true),
        (String(repeating: "a", count: 255), true), ("", false), (".", false), ("..", false), (".hidden", false),
        ("a/b", false), ("a b", false), ("a\u{0}", false), ("a\n", false), ("\u{E4}", false), ("a%2f", false),
        (String(repeating: "a", count: 256), false),
    ])
    func artifactName_text_isOnePlainPart(name: String, expected: Bool) {
        #expect(ArtifactName.isValid(name) == expected)
    }
}
