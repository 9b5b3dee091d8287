import ASUCore
import ASUTestSupport
import Glibc
import Testing

@Suite struct ArtifactStreamReaderTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory("artifacts")
        guard mkdir(directory.file("out"), 0o755) == 0 else { throw TestSupportError("mkdir") }
    }

    private func read(
        _ bytes: [UInt8],
        _ reader: ArtifactStreamReader = ArtifactStreamReader()
    ) async throws -> [ArtifactStreamReader.Artifact] {
        let descriptor = open(try directory.write(bytes, to: "stream"), O_RDONLY | O_CLOEXEC)
        defer { close(descriptor) }
        return try await reader.read(from: descriptor, into: directory.file("out"))
    }

    @Test func read_realTarThroughPipe_takesFilesAndDigests() async throws {
        let image = (0..<500_000).map { UInt8(truncatingIfNeeded: $0 / 3) }
        try directory.write(image, to: "in/openwrt-x86-64-generic-squashfs.img.gz")
        try directory.write("{}", to: "in/profiles.json")
        #expect(mkfifo(directory.file("pipe"), 0o600) == 0)
        let child = try ChildProcess(
            "sh",
            ["-c", "exec tar -C in -cf - . > pipe"],
            directory: directory.path
        )
        let descriptor = open(directory.file("pipe"), O_RDONLY | O_CLOEXEC)
        defer { close(descriptor) }
        let artifacts = try await ArtifactStreamReader().read(from: descriptor, into: directory.file("out"))
        #expect(try await child.wait() == .exited(0))
        #expect(Set(artifacts.map(\.name)) == ["openwrt-x86-64-generic-squashfs.img.gz", "profiles.json"])
        for artifact in artifacts {
            let bytes = try TemporaryDirectory.contents(of: directory.file("out/\(artifact.name)"))
            #expect(artifact.size == Int64(bytes.count))
            #expect(artifact.sha256 == SHA256Digest(hashing: bytes))
        }
        #expect(artifacts.contains { $0.sha256 == SHA256Digest(hashing: image) })
    }

    @Test(arguments: [
        ("/etc/asu-evil", Character("0"), ""), ("../evil", "0", ""), ("sub/evil", "0", ""), ("././evil", "0", ""),
        (".hidden", "0", ""), ("-rf", "0", ""), ("a b", "0", ""), ("ev\nil", "0", ""), ("link", "2", "/etc/passwd"),
        ("link", "2", "good"), ("hard", "1", "good"), ("hard", "1", "/etc/passwd"), ("device", "3", ""),
        ("fifo", "6", ""), ("sub/", "5", ""), ("sub", "5", ""), ("..", "5", ""),
    ])
    func read_hostileEntry_isRefused(name: String, type: Character, target: String) async throws {
        var tar = TarBytes()
        tar.add("./", type: "5", mode: 0o755)
        tar.add("./good", Array("good".utf8))
        tar.add(name, type: type, target: target)
        let error = await #expect(throws: ArchiveError.self) { try await read(tar.finished) }
        #expect(error?.code == .unsafeEntry)
        #expect(error?.description.contains(name.debugDescription) == true)
        #expect(!TemporaryDirectory.exists(directory.file("evil")))
        let left = try TemporaryDirectory.contents(of: directory.file("out/good"))
        #expect(left == Array("good".utf8))
    }

    @Test func read_sameNameTwice_orExistingLink_isRefused() async throws {
        var tar = TarBytes()
        tar.add("a", [1])
        tar.add("./a", [2])
        let twice = await #expect(throws: ArchiveError.self) { try await read(tar.finished) }
        #expect(twice?.code == .writeFailed)
        let victim = try directory.write("safe", to: "victim")
        #expect(symlink(victim, directory.file("out/b")) == 0)
        var other = TarBytes()
        other.add("b", [3])
        let link = await #expect(throws: ArchiveError.self) { try await read(other.finished) }
        #expect(link?.code == .writeFailed)
        #expect(try TemporaryDirectory.contents(of: victim) == Array("safe".utf8))
    }

    @Test func read_unwantedName_isRefused() async throws {
        var tar = TarBytes()
        tar.add("other.bin", [1])
        let reader = ArtifactStreamReader { $0.hasPrefix("openwrt-") }
        let error = await #expect(throws: ArchiveError.self) { try await read(tar.finished, reader) }
        #expect(error?.code == .unsafeEntry)
    }

    @Test func read_beyondTheBounds_isRefused() async throws {
        var tar = TarBytes()
        for number in 0..<4 { tar.add("f\(number)", [UInt8](repeating: 9, count: 1000)) }
        for limits in [
            ArtifactStreamReader.Limits(files: 3, bytesPerFile: 1000, totalBytes: 4000),
            .init(files: 4, bytesPerFile: 999, totalBytes: 4000), .init(files: 4, bytesPerFile: 1000, totalBytes: 3999),
        ] {
            let error = await #expect(throws: ArchiveError.self) {
                try await read(tar.finished, ArtifactStreamReader(limits: limits))
            }
            #expect(error?.code == .limitExceeded)
            for number in 0..<4 { unlink(directory.file("out/f\(number)")) }
        }
        let exact = ArtifactStreamReader(limits: .init(files: 4, bytesPerFile: 1000, totalBytes: 4000))
        #expect(try await read(tar.finished, exact).count == 4)
    }

    @Test func read_cutOrNoTarOrCompressed_isRefused() async throws {
        var tar = TarBytes()
        tar.add("a", [UInt8](repeating: 1, count: 5000))
        var claims = TarBytes()
        claims.add("b", [1], size: 100_000)
        let gzip = try Compression.gzip(tar.finished)
        for bytes in [Array(tar.bytes.prefix(2000)), claims.finished, Array("<html>".utf8), [], gzip] {
            let error = await #expect(throws: ArchiveError.self) { try await read(bytes) }
            #expect(error?.code == .corrupt)
            unlink(directory.file("out/a"))
            unlink(directory.file("out/b"))
        }
    }

    @Test func read_sparseFile_isRefused() async throws {
        let child = try ChildProcess(
            "sh",
            ["-c", "truncate -s 1M holes && printf x >> holes && tar --sparse -cf sparse.tar holes"],
            directory: directory.path
        )
        #expect(try await child.wait() == .exited(0))
        let bytes = try TemporaryDirectory.contents(of: directory.file("sparse.tar"))
        let error = await #expect(throws: ArchiveError.self) { try await read(bytes) }
        #expect(error?.code == .unsafeEntry)
    }

    @Test(arguments: [("a", true), ("0-1_2.3+4~5", true), ("", false), (".", false), ("..", false), ("a/b", false)])
    func isPlainName(name: String, expected: Bool) {
        #expect(ArtifactStreamReader.isPlainName(name) == expected)
        #expect(!ArtifactStreamReader.isPlainName(name + String(repeating: "x", count: 255)) || name.isEmpty)
    }
}
