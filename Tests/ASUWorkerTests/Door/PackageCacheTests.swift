import ASUCore
import ASUTestSupport
import Foundation
import Logging
import Testing

@testable import ASUWorker

/// The cache in front of a real nginx.
@Suite struct PackageCacheTests {
    private let folder: TemporaryDirectory
    private let client: HTTPClient

    init() throws {
        folder = try TemporaryDirectory("packages")
        var configuration = HTTPClient.Configuration(userAgent: "test")
        configuration.usesEnvironmentProxy = false
        client = HTTPClient(configuration: configuration)
        try folder.write("index 1\n", to: "up/base/Packages.gz")
        try folder.write("package 1\n", to: "up/base/a.ipk")
    }

    private func serve() async throws -> NginxServer {
        var options = NginxServer.Options()
        options.extra = "if (-f \"\(folder.file("down"))\") { return 503; }"
        return try await NginxServer.start(root: folder.file("up"), options: options)
    }

    private func cache(lifetime: Double = 1000) -> PackageCache {
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        return PackageCache(folder: folder.file("cache"), client: client, logger: logger, indexLifetime: lifetime)
    }

    /// A file's text, `nil` if it is missing.
    private func read(_ cache: PackageCache, _ name: String, _ base: String) async throws -> String? {
        switch try await cache.file(name, of: base) {
        case .missing: return nil
        case .file(let path): return try String(contentsOfFile: path, encoding: .utf8)
        }
    }

    private func statuses(_ nginx: NginxServer, _ count: Int) async throws -> [String] {
        try await nginx.requests(atLeast: count).map {
            $0.split(separator: " ").enumerated().filter { [1, 3].contains($0.offset) }.map { String($0.element) }
                .joined(separator: " ")
        }
    }

    @Test func file_again_comesFromTheCache() async throws {
        let nginx = try await serve()
        let (cache, base) = (cache(), nginx.url + "/base")
        for _ in 0..<3 {
            #expect(try await read(cache, "Packages.gz", base) == "index 1\n")
            #expect(try await read(cache, "a.ipk", base) == "package 1\n")
        }
        #expect(try await statuses(nginx, 2) == ["/base/Packages.gz 200", "/base/a.ipk 200"])
    }

    @Test func index_outOfDate_isAskedForWithItsTag() async throws {
        let nginx = try await serve()
        let (cache, base) = (cache(lifetime: 0), nginx.url + "/base")
        #expect(try await read(cache, "Packages.gz", base) == "index 1\n")
        #expect(try await read(cache, "Packages.gz", base) == "index 1\n")
        try folder.write("index two\n", to: "up/base/Packages.gz")
        #expect(try await read(cache, "Packages.gz", base) == "index two\n")
        let expected = ["/base/Packages.gz 200", "/base/Packages.gz 304", "/base/Packages.gz 200"]
        #expect(try await statuses(nginx, 3) == expected)
    }

    @Test func package_afterItsIndexChanged_isAskedForAgain() async throws {
        let nginx = try await serve()
        let (cache, base) = (cache(lifetime: 0), nginx.url + "/base")
        _ = try await read(cache, "Packages.gz", base)
        _ = try await read(cache, "a.ipk", base)
        // Good for as long as the index is the same, whatever its own age.
        _ = try await read(cache, "Packages.gz", base)
        _ = try await read(cache, "a.ipk", base)
        #expect(try await statuses(nginx, 3).count == 3)
        try folder.write("index two\n", to: "up/base/Packages.gz")
        try folder.write("package, rebuilt\n", to: "up/base/a.ipk")
        _ = try await read(cache, "Packages.gz", base)
        #expect(try await read(cache, "a.ipk", base) == "package, rebuilt\n")
        #expect(try await read(cache, "a.ipk", base) == "package, rebuilt\n")
        #expect(try await statuses(nginx, 5).suffix(2) == ["/base/Packages.gz 200", "/base/a.ipk 200"])
    }

    @Test func distrust_unchangedIndex_hasPackagesAskedForToo() async throws {
        let nginx = try await serve()
        let (cache, base) = (cache(), nginx.url + "/base")
        _ = try await read(cache, "Packages.gz", base)
        _ = try await read(cache, "a.ipk", base)
        try await cache.distrust([base, nginx.url + "/other"])
        _ = try await read(cache, "Packages.gz", base)
        _ = try await read(cache, "a.ipk", base)
        _ = try await read(cache, "a.ipk", base)
        #expect(try await statuses(nginx, 4).suffix(2) == ["/base/Packages.gz 304", "/base/a.ipk 304"])
        #expect(try await statuses(nginx, 4).count == 4)
    }

    @Test func file_notUpstream_isMissingAndAskedForEachTime() async throws {
        let nginx = try await serve()
        let cache = cache()
        for _ in 0..<2 { #expect(try await read(cache, "no.ipk", nginx.url + "/base") == nil) }
        #expect(try await statuses(nginx, 2) == ["/base/no.ipk 404", "/base/no.ipk 404"])
    }

    @Test func file_upstreamGone_isServedStale() async throws {
        let nginx = try await serve()
        let (cache, base) = (cache(lifetime: 0), nginx.url + "/base")
        _ = try await read(cache, "Packages.gz", base)
        try await nginx.stop()
        #expect(try await read(cache, "Packages.gz", base) == "index 1\n")
        await #expect(throws: HTTPFetchError.self) { try await read(cache, "a.ipk", base) }
    }

    @Test func file_upstreamFails_isServedStale() async throws {
        let nginx = try await serve()
        let (cache, base) = (cache(lifetime: 0), nginx.url + "/base")
        _ = try await read(cache, "Packages.gz", base)
        try folder.write("", to: "down")
        #expect(try await read(cache, "Packages.gz", base) == "index 1\n")
        let error = await #expect(throws: PackageCacheError.self) { try await read(cache, "a.ipk", base) }
        #expect(error?.description == "\(base)/a.ipk: expected 200, got 503")
    }

    @Test func file_manyAtOnce_isFetchedOnce() async throws {
        let nginx = try await serve()
        let (cache, base) = (cache(), nginx.url + "/base")
        try folder.write(String(repeating: "x", count: 20_000), to: "up/base/big.ipk")
        try await withThrowingTaskGroup(of: String?.self) { group in
            for _ in 0..<20 { group.addTask { try await read(cache, "big.ipk", base) } }
            for try await text in group { #expect(text?.utf8.count == 20_000) }
        }
        #expect(try await statuses(nginx, 1) == ["/base/big.ipk 200"])
    }

    @Test func file_twoWorkersAtOnce_isWhole() async throws {
        let nginx = try await serve()
        let base = nginx.url + "/base"
        let content = String(repeating: "0123456789", count: 100_000)
        try folder.write(content, to: "up/base/big.ipk")
        try await withThrowingTaskGroup(of: String?.self) { group in
            for _ in 0..<8 {
                let cache = cache(lifetime: 0)
                group.addTask { try await read(cache, "big.ipk", base) }
            }
            for try await text in group { #expect(text == content) }
        }
        let files = try #require(FileManager.default.subpaths(atPath: folder.file("cache"))).filter { $0.contains("/") }
        #expect(files.count == 2, "\(files)")
    }

    @Test func entry_ofOtherContent_isNotTrusted() async throws {
        let nginx = try await serve()
        let (cache, base) = (cache(), nginx.url + "/base")
        guard case .file(let path) = try await cache.file("a.ipk", of: base) else { throw TestSupportError("missing") }
        // Another worker's content, whose entry was overwritten.
        try Data("older\n".utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        #expect(try await read(cache, "a.ipk", base) == "package 1\n")
    }

    @Test func entry_damaged_isFetchedAnew() async throws {
        let nginx = try await serve()
        let (cache, base) = (cache(), nginx.url + "/base")
        guard case .file(let path) = try await cache.file("a.ipk", of: base) else { throw TestSupportError("missing") }
        try Data("{".utf8).write(to: URL(fileURLWithPath: path + ".json"))
        #expect(try await read(cache, "a.ipk", base) == "package 1\n")
        #expect(try await statuses(nginx, 2) == ["/base/a.ipk 200", "/base/a.ipk 200"])
    }

    @Test(arguments: [
        ("Packages", true), ("Packages.gz", true), ("Packages.sig", true), ("packages.adb", true), ("a.ipk", false),
        ("a.apk", false), ("packages.ipk", false),
    ])
    func isIndex_names(name: String, expected: Bool) {
        #expect(PackageCache.isIndex(name) == expected)
    }
}
