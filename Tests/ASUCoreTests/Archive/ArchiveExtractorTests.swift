import ASUCore
import ASUTestSupport
import Glibc
import Testing

@Suite struct ArchiveExtractorTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory("archive")
        for folder in ["in", "out", "victim"] {
            guard mkdir(directory.file(folder), 0o755) == 0 else { throw TestSupportError("mkdir \(folder)") }
        }
    }

    private func status(_ name: String) throws -> stat {
        var status = stat()
        guard lstat(directory.file(name), &status) == 0 else { throw TestSupportError("no \(name)") }
        return status
    }

    private func text(_ name: String) throws -> String {
        String(decoding: try TemporaryDirectory.contents(of: directory.file(name)), as: UTF8.self)
    }

    private func run(_ tool: String, _ arguments: [String]) async throws {
        let child = try ChildProcess(tool, arguments, directory: directory.path, errors: directory.file("tool.err"))
        let ending = try await child.wait()
        guard ending == .exited(0) else { throw TestSupportError("\(tool): \(ending), \(try text("tool.err"))") }
    }

    private func extract(
        _ tar: TarBytes,
        _ extractor: ArchiveExtractor = .init(stripComponents: 0)
    ) async throws
        -> ArchiveExtractor.Summary
    {
        let path = try directory.write(tar.finished, to: "a.tar")
        return try await extractor.extract(path, into: directory.file("out"))
    }

    @Test(arguments: [("tar", ""), ("tar.gz", "--gzip"), ("tar.xz", "--xz"), ("tar.zst", "--zstd")])
    func extract_realArchive_keepsTree(suffix: String, option: String) async throws {
        try directory.write("hello\n", to: "in/top/dir/file")
        try directory.write("#!/bin/sh\n", to: "in/top/bin/tool")
        try directory.write("umlaut\n", to: "in/top/dir/gr\u{fc}n")
        let long = String(repeating: "long/", count: 40) + "name"
        try directory.write("long\n", to: "in/top/\(long)")
        let top = directory.file("in/top")
        #expect(chmod("\(top)/bin/tool", 0o4755) == 0)
        #expect(symlink("../dir/file", "\(top)/bin/inside") == 0)
        #expect(symlink("/usr/bin/python3", "\(top)/bin/python3") == 0)
        #expect(link("\(top)/dir/file", "\(top)/dir/hard") == 0)
        try await run("touch", ["-h", "-d", "2020-01-02 03:04:05 UTC", "in/top/dir/file", "in/top/dir"])
        #expect(chmod("\(top)/dir", 0o555) == 0)
        try await run(
            "tar",
            ["-C", "in", "--format", suffix == "tar.gz" ? "pax" : "gnu", "-cf", "a.\(suffix)"]
                + (option.isEmpty ? [] : [option]) + ["top"]
        )

        let summary = try await ArchiveExtractor().extract(directory.file("a.\(suffix)"), into: directory.file("out"))

        #expect(summary.totalBytes == 6 + 10 + 7 + 5)
        #expect(try text("out/dir/file") == "hello\n")
        #expect(try text("out/\(long)") == "long\n")
        #expect(try text("out/dir/gr\u{fc}n") == "umlaut\n")
        #expect(try status("out/bin/tool").st_mode & 0o7777 == 0o755)
        #expect(try status("out/dir").st_mode & 0o7777 == 0o555)
        #expect(try status("out/dir").st_mtim.tv_sec == 1_577_934_245)
        #expect(try status("out/dir/file").st_mtim.tv_sec == 1_577_934_245)
        #expect(try status("out/dir/hard").st_ino == status("out/dir/file").st_ino)
        #expect(try status("out/bin/inside").st_mode & S_IFMT == S_IFLNK)
        #expect(try text("out/bin/inside") == "hello\n")
        #expect(try status("out/bin/python3").st_size == Int("/usr/bin/python3".utf8.count))
    }

    @Test func extract_intoFolderReachedThroughLink_works() async throws {
        #expect(symlink(directory.file("out"), directory.file("way")) == 0)
        var tar = TarBytes()
        tar.add("top/a", Array("a".utf8))
        let path = try directory.write(tar.finished, to: "a.tar")
        let summary = try await ArchiveExtractor().extract(path, into: directory.file("way"))
        #expect(summary == .init(entries: 1, totalBytes: 1))
        #expect(try text("out/a") == "a")
    }

    @Test(arguments: [
        ("/etc/asu-evil", Character("0"), ""), ("../evil", "0", ""), ("a/../../evil", "0", ""), ("a/..", "5", ""),
        ("ev\u{1}il", "0", ""), ("link", "2", "../evil"), ("a/link", "2", "../../evil"), ("link", "2", "a/../../evil"),
        ("hard", "1", "/etc/passwd"), ("hard", "1", "../evil"), ("hard", "1", "never/seen"), ("device", "3", ""),
        ("block", "4", ""), ("fifo", "6", ""),
    ])
    func extract_hostileEntry_isRefused(name: String, type: Character, target: String) async throws {
        var tar = TarBytes()
        tar.add("good", Array("good".utf8))
        tar.add(name, type: type, target: target)
        let error = await #expect(throws: ArchiveError.self) { try await extract(tar) }
        #expect(error?.code == .unsafeEntry)
        #expect(error?.description.contains(name.debugDescription) == true)
        #expect(error?.description.contains(directory.file("a.tar")) == true)
        #expect(try text("out/good") == "good")
        #expect(!TemporaryDirectory.exists(directory.file("evil")))
        #expect(!TemporaryDirectory.exists("/etc/asu-evil"))
        #expect(!TemporaryDirectory.exists(directory.file("out/\(name)")))
    }

    @Test func extract_throughAbsoluteLink_isRefused() async throws {
        var tar = TarBytes()
        tar.add("way", type: "2", target: directory.file("victim"))
        tar.add("way/evil", Array("evil".utf8))
        let error = await #expect(throws: ArchiveError.self) { try await extract(tar) }
        #expect(error?.code == .unsafeEntry)
        #expect(!TemporaryDirectory.exists(directory.file("victim/evil")))
    }

    @Test func extract_fileOverLink_doesNotWriteThroughIt() async throws {
        let victim = try directory.write("safe", to: "victim/file")
        var tar = TarBytes()
        tar.add("way", type: "2", target: victim)
        tar.add("way", Array("evil".utf8))
        // Replacing the link is as good as refusing it.
        _ = try? await extract(tar)
        #expect(try text("victim/file") == "safe")
    }

    @Test func extract_hardLinkToLink_isRefused() async throws {
        let victim = try directory.write("safe", to: "victim/file")
        var tar = TarBytes()
        tar.add("way", type: "2", target: victim)
        tar.add("hard", type: "1", Array("evil".utf8), target: "way")
        let error = await #expect(throws: ArchiveError.self) { try await extract(tar) }
        #expect(error?.code == .unsafeEntry)
        #expect(try text("victim/file") == "safe")
    }

    @Test func extract_fileBesideTheTopFolder_isRefused() async throws {
        var tar = TarBytes()
        tar.add("alone", Array("x".utf8))
        let error = await #expect(throws: ArchiveError.self) { try await extract(tar, ArchiveExtractor()) }
        #expect(error?.code == .unsafeEntry)
    }

    @Test func extract_moreThanAllowed_isRefused() async throws {
        var tar = TarBytes()
        for number in 0..<5 { tar.add("f\(number)", [UInt8](repeating: 1, count: 1000)) }
        for limits in [
            ArchiveExtractor.Limits(entries: 4, totalBytes: 1 << 20), .init(entries: 10, totalBytes: 4999),
        ] {
            let error = await #expect(throws: ArchiveError.self) {
                try await extract(tar, ArchiveExtractor(stripComponents: 0, limits: limits))
            }
            #expect(error?.code == .limitExceeded)
        }
        let exact = ArchiveExtractor(stripComponents: 0, limits: .init(entries: 5, totalBytes: 5000))
        #expect(try await extract(tar, exact) == .init(entries: 5, totalBytes: 5000))
    }

    @Test func extract_bomb_stopsAtTheLimit() async throws {
        try await run("sh", ["-c", "truncate -s 100M in/zeros && tar -C in --zstd -cf bomb.tar.zst zeros"])
        let extractor = ArchiveExtractor(stripComponents: 0, limits: .init(totalBytes: 10 << 20))
        let error = await #expect(throws: ArchiveError.self) {
            try await extractor.extract(directory.file("bomb.tar.zst"), into: directory.file("out"))
        }
        #expect(error?.code == .limitExceeded)
        #expect(!TemporaryDirectory.exists(directory.file("out/zeros")))
    }

    @Test func extract_notAnArchiveOrCutOrMissing_isRefused() async throws {
        try directory.write("<html>not found</html>", to: "html.tar.xz")
        try directory.write([UInt8](repeating: 65, count: 300_000), to: "in/big")
        try await run("sh", ["-c", "tar -C in --xz -cf whole.tar.xz big && head -c 200 whole.tar.xz > cut.tar.xz"])
        for (name, code) in [("html.tar.xz", ArchiveError.Code.corrupt), ("cut.tar.xz", .corrupt), ("no", .cannotOpen)]
        {
            let error = await #expect(throws: ArchiveError.self) {
                try await ArchiveExtractor(stripComponents: 0)
                    .extract(directory.file(name), into: directory.file("out"))
            }
            #expect(error?.code == code, "\(name): \(error?.description ?? "")")
        }
    }

    @Test func extract_cancelledTask_stops() async throws {
        var tar = TarBytes()
        tar.add("a")
        let path = try directory.write(tar.finished, to: "a.tar")
        let error = #expect(throws: ArchiveError.self) {
            try ArchiveExtractor(stripComponents: 0).extractBlocking(path, into: directory.file("out")) { true }
        }
        #expect(error?.code == .cancelled)
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                let error = await #expect(throws: ArchiveError.self) {
                    try await ArchiveExtractor(stripComponents: 0).extract(path, into: directory.file("out"))
                }
                #expect(error?.code == .cancelled)
            }
            group.cancelAll()
        }
        #expect(!TemporaryDirectory.exists(directory.file("out/a")))
    }
}
