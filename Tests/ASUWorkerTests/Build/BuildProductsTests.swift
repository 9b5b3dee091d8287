import ASUTestSupport
import Foundation
import Testing

@testable import ASUCore
@testable import ASUWorker

@Suite struct BuildProductsTests {
    private let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory("products")
    }

    private func products(_ files: [String: String]) throws -> BuildProducts {
        for (name, text) in files { try folder.write(text, to: name) }
        let artifacts = files.map { name, text in
            let bytes = Array(text.utf8)
            return ArtifactStreamReader.Artifact(
                name: name,
                size: Int64(bytes.count),
                sha256: SHA256Digest(hashing: bytes)
            )
        }
        return BuildProducts(folder: folder.path, artifacts: artifacts)
    }

    @Test func manifest_ofTheScript_isReadAndTakenAway() async throws {
        let products = try products(["asu-manifest": "libc - 1\n", "x.manifest": "libc1 - 1\n", "x.bin": ""])
        #expect(Set(products.artifacts.map(\.name)) == ["x.manifest", "x.bin"])
        #expect(try await products.manifest().versions == ["libc": "1"])
        #expect(!TemporaryDirectory.exists(folder.file("asu-manifest")))
        #expect(TemporaryDirectory.exists(folder.file("x.manifest")))
    }

    @Test func manifest_apk_comesFirst() async throws {
        let json = #"[{"name":"libubox20240329","version":"1-r1","tags":["openwrt:abiversion=20240329"]}]"#
        let products = try products(["asu-manifest.json": json])
        #expect(try await products.manifest().versions == ["libubox": "1-r1"])
        #expect(!TemporaryDirectory.exists(folder.file("asu-manifest.json")))
    }

    @Test func manifest_oldTree_isTheBuildsOwn() async throws {
        #expect(try await products(["x.manifest": "libc - 1\n"]).manifest().versions == ["libc": "1"])
    }

    @Test(arguments: [[:], ["asu-manifest": "nonsense\n"], ["asu-manifest.json": "{"], ["asu-manifest": ""]])
    func manifest_noneOrDamaged_isAFailureWorthARetry(files: [String: String]) async throws {
        let products = try products(files)
        let error = await #expect(throws: BuildFailure.self) { try await products.manifest() }
        #expect(error?.isWorthRetrying == true)
    }

    @Test(arguments: [[:], ["profiles.json": "not JSON"], ["profiles.json": #"{"profiles":{}}"#]])
    func profiles_noneOrDamaged_isNil(files: [String: String]) async throws {
        let products = try products(files)
        #expect(try await products.profiles() == nil)
    }

    @Test func profiles_listedButTooLarge_areNotRead() async throws {
        try folder.write(#"{"profiles":{"a":{}}}"#, to: "profiles.json")
        let huge = ArtifactStreamReader.Artifact(
            name: "profiles.json",
            size: 1 << 40,
            sha256: SHA256Digest(hashing: [])
        )
        #expect(try await BuildProducts(folder: folder.path, artifacts: [huge]).profiles() == nil)
    }

    @Test func writeLog_streams_areBothThereMadeFitForThePublic() async throws {
        let products = try products([:])
        let stdout = try folder.write("made /secret/x\n", to: "logs/out")
        try await products.writeLog(
            ["make", "image", "PACKAGES=a -b"],
            stdout: stdout,
            stderr: folder.file("logs/none")
        ) { $0.replacingOccurrences(of: "/secret", with: "/build") }
        let log = try String(contentsOfFile: folder.file("buildlog.txt"), encoding: .utf8)
        #expect(
            log == "$ make image 'PACKAGES=a -b'\n\n--- stdout ---\nmade /build/x\n\n--- stderr ---\n"
        )
    }
}
