import ASUCore
import Testing

@testable import ASUWorker

@Suite struct RepositoryFileTests {
    private static let door = "http://127.0.0.1:8100/T"
    private static let upstream = "http://mirror/owrt"

    private func file(
        _ original: String,
        _ format: PackageFormat = .opkg,
        repositories: [String: String] = [:],
        mode: Repository.Mode = .append
    ) throws -> RepositoryFile {
        let request = try SampleJob.request {
            $0.repositories = repositories
            $0.repositoriesMode = mode.rawValue
        }
        return RepositoryFile(
            original: original,
            format: format,
            upstream: Self.upstream,
            door: Self.door,
            repositories: request.repositories,
            mode: request.repositoriesMode
        )
    }

    @Test func opkg_1907_pointsAtTheDoor() throws {
        let file = try file(
            """
            ## Place your custom repositories here, they must match the architecture and version.
            # src/gz %n http://downloads.openwrt.org/releases/19.07.4
            # src custom file:///usr/src/openwrt/bin/x86/packages

            ## Remote package repositories
            src/gz openwrt_core http://downloads.openwrt.org/releases/19.07.4/targets/x86/64/packages
            src/gz openwrt_base http://downloads.openwrt.org/releases/19.07.4/packages/x86_64/base

            ## This is the local package repository, do not remove!
            src imagebuilder file:packages
            """
        )
        #expect(
            file.text == """
                ## Place your custom repositories here, they must match the architecture and version.
                # src/gz %n http://downloads.openwrt.org/releases/19.07.4
                # src custom file:///usr/src/openwrt/bin/x86/packages
                ## Remote package repositories
                src/gz openwrt_core http://127.0.0.1:8100/T/feed/0
                src/gz openwrt_base http://127.0.0.1:8100/T/feed/1
                ## This is the local package repository, do not remove!
                src imagebuilder file:packages

                """
        )
        #expect(
            file.feeds.map(\.url) == [
                "http://mirror/owrt/releases/19.07.4/targets/x86/64/packages",
                "http://mirror/owrt/releases/19.07.4/packages/x86_64/base",
            ]
        )
    }

    @Test func opkg_2305_keepsTheSignatureOption() throws {
        let file = try file(
            "src/gz openwrt_core https://downloads.openwrt.org/releases/23.05.2/targets/ath79/generic/packages\n"
                + "src imagebuilder file:packages\n\noption check_signature\n"
        )
        #expect(
            file.text
                == "src/gz openwrt_core \(Self.door)/feed/0\nsrc imagebuilder file:packages\noption check_signature\n"
        )
    }

    @Test func apk_2512_leadsToTheIndexFiles() throws {
        let root = "https://downloads.openwrt.org/releases/25.12.5"
        let file = try file(
            "\(root)/targets/x86/generic/packages/packages.adb\n\(root)/packages/i386_pentium4/base/packages.adb\n",
            .apk
        )
        #expect(file.text == "\(Self.door)/feed/0/packages.adb\n\(Self.door)/feed/1/packages.adb\n")
        #expect(file.feeds.last?.url == "\(Self.upstream)/releases/25.12.5/packages/i386_pentium4/base")
    }

    @Test func snapshots_areFoundToo() throws {
        let file = try file("https://downloads.openwrt.org/snapshots/packages/x86_64/luci/packages.adb", .apk)
        #expect(file.feeds == [.init(url: "\(Self.upstream)/snapshots/packages/x86_64/luci")])
    }

    @Test func mirrorsPrefix_isDropped() throws {
        let file = try file("src/gz a https://mirror.example/openwrt/releases/23.05.2/packages/x/base/")
        #expect(file.feeds == [.init(url: "\(Self.upstream)/releases/23.05.2/packages/x/base")])
    }

    @Test(arguments: [
        "src/gz evil http://evil.example/packages", "src/gz evil file:///etc",
        "src/gz evil https://a/releases/../../etc/passwd", "src/gz evil ftp://a", "://",
    ])
    func hostileLine_isLeftOut(line: String) throws {
        let file = try file("\(line)\nsrc imagebuilder file:packages\n")
        #expect(file.text == "src imagebuilder file:packages\n")
        #expect(file.feeds.isEmpty)
    }

    @Test func indentedComment_isNoFeed() throws {
        #expect(try file("  # src/gz a https://a/releases/1/x").feeds.isEmpty)
    }

    private static let own =
        "src/gz openwrt_base https://downloads.openwrt.org/releases/1/base\n"
        + "src imagebuilder file:packages\n"

    @Test func append_repositories_comeBehindTheTreesOwn() throws {
        let file = try file(Self.own, repositories: ["b": "https://b.example/x", "a": "http://a.example:81/"])
        #expect(
            file.text == """
                src/gz openwrt_base \(Self.door)/feed/0
                src imagebuilder file:packages
                src/gz a \(Self.door)/feed/1
                src/gz b \(Self.door)/feed/2

                """
        )
        #expect(file.feeds.dropFirst().map(\.url) == ["http://a.example:81", "https://b.example/x"])
    }

    @Test func append_nameOfTheTree_isMadeAnother() throws {
        let file = try file(
            Self.own,
            repositories: ["openwrt_base": "https://b.example/x", "imagebuilder": "https://b.example/y"]
        )
        let names = file.text.split(separator: "\n").compactMap { $0.split(separator: " ").dropFirst().first }
        #expect(names == ["openwrt_base", "imagebuilder", "imagebuilder_", "openwrt_base_"])
    }

    @Test func replace_repositories_leaveTheLocalFeed() throws {
        let file = try file(Self.own, repositories: ["a": "https://a.example/x"], mode: .replace)
        #expect(file.text == "src imagebuilder file:packages\nsrc/gz a \(Self.door)/feed/0\n")
        #expect(file.feeds == [.init(url: "https://a.example/x")])
    }

    @Test func replace_withNone_keepsTheTreesOwn() throws {
        #expect(try file(Self.own, mode: .replace).feeds.count == 1)
    }

    @Test(arguments: ["https://a.example/x/packages.adb", "https://a.example/x", "https://a.example/x/"])
    func apk_repository_leadsToItsIndex(url: String) throws {
        let file = try file("", .apk, repositories: ["a": url])
        #expect(file.text == "\(Self.door)/feed/0/packages.adb\n")
        #expect(file.feeds == [.init(url: "https://a.example/x")])
    }

    @Test func apk_otherIndexName_isKept() throws {
        let file = try file("", .apk, repositories: ["a": "https://a.example/x/other.adb"])
        #expect(file.text == "\(Self.door)/feed/0/other.adb\n")
    }

    @Test func namingUpstream_doorAddresses_becomeTheFeeds() {
        let feeds = (0..<12).map { RepositoryFile.Feed(url: "https://up/\($0)") }
        let text =
            "Failed \(Self.door)/feed/1/Packages.gz and \(Self.door)/feed/11/x; \(Self.door)/feed/99/y; \(Self.door)"
        #expect(
            RepositoryFile.namingUpstream(text, door: Self.door, feeds)
                == "Failed https://up/1/Packages.gz and https://up/11/x; 99/y; \(Self.door)"
        )
        #expect(RepositoryFile.namingUpstream("", door: Self.door, feeds).isEmpty)
    }
}
