import ASUCore
import Testing

@Suite struct SHA256SumsTests {
    private static let zeros = String(repeating: "0", count: 64)
    private static let ones = String(repeating: "1", count: 64)

    private func parse(_ text: String) throws -> SHA256Sums {
        try SHA256Sums(parsing: Array(text.utf8))
    }

    @Test func parsing_bothMarksAndFolders() throws {
        let sums = try parse("\(Self.zeros) *profiles.json\n\n\(Self.ones)  packages/a_1~2+3.ipk")
        #expect(sums.digests.count == 2)
        #expect(sums["profiles.json"]?.hex == Self.zeros)
        #expect(sums["packages/a_1~2+3.ipk"]?.hex == Self.ones)
        #expect(sums["a_1~2+3.ipk"] == nil)
        #expect(sums.imageBuilderArchive == nil)
        #expect(try parse("").digests.isEmpty)
    }

    @Test(arguments: [
        "\(zeros) profiles.json", "\(zeros) *", "\(zeros.dropLast()) *a", "\(zeros.dropLast())G *a", "*a \(zeros)",
        "\(zeros) */etc/passwd", "\(zeros) *../a", "\(zeros) *a/../b", "\(zeros) *a//b", "\(zeros) *a/",
        "\(zeros) *a b",
        "\(zeros) *a\r", "\(zeros) *\u{e9}", "\(zeros) *" + String(repeating: "a", count: 513),
        "\(zeros) *a\n\(ones) *a", "<!DOCTYPE html>",
    ])
    func parsing_malformedLine_isRefused(text: String) {
        let error = #expect(throws: SignatureError.self) { try parse("\(Self.ones) *first\n" + text) }
        #expect(error?.code == .malformed)
        #expect(error?.description.contains("line") == true)
    }

    @Test func parsing_tooManyLines_isRefused() {
        let text = (0...SHA256Sums.maxEntries).map { "\(Self.zeros) *\($0)\n" }.joined()
        #expect(throws: SignatureError.self) { try parse(text) }
    }

    @Test(arguments: [
        "openwrt-imagebuilder-24.10.4-x86-64.Linux-x86_64.tar.zst",
        "openwrt-imagebuilder-ath79-generic.Linux-x86_64.tar.xz",
    ])
    func imageBuilderArchive_isFound(name: String) throws {
        let sums = try parse(
            "\(Self.zeros) *openwrt-sdk-x.Linux-x86_64.tar.zst\n\(Self.ones) *\(name)\n\(Self.zeros) *sub/\(name)\n"
        )
        #expect(sums.imageBuilderArchive?.name == name)
        #expect(sums.imageBuilderArchive?.sha256.hex == Self.ones)
    }

    @Test(arguments: [
        "openwrt-imagebuilder-.Linux-x86_64.tar.xz", "openwrt-imagebuilder-a.Linux-aarch64.tar.xz",
        "openwrt-imagebuilder-a.Linux-x86_64.tar.gz", "my-openwrt-imagebuilder-a.Linux-x86_64.tar.xz",
        "openwrt-imagebuilder-$(id).Linux-x86_64.tar.xz", "openwrt-imagebuilder-a/b.Linux-x86_64.tar.xz",
    ])
    func imageBuilderArchive_otherNames_areNot(name: String) throws {
        #expect(try parse("\(Self.zeros) *\(name)\n").imageBuilderArchive == nil)
    }

    @Test func imageBuilderArchive_ofTwo_prefersZstd() throws {
        let name = "openwrt-imagebuilder-a.Linux-x86_64.tar"
        let sums = try parse("\(Self.zeros) *\(name).xz\n\(Self.ones) *\(name).zst\n")
        #expect(sums.imageBuilderArchive?.name == name + ".zst")
    }

    @Test(.enabled(if: SharedData.isPresent), arguments: ["x86/64", "ath79/generic", "mediatek/filogic"])
    func parsing_realFiles(target: String) throws {
        let bytes = try SharedData.bytes("upstream/releases/25.12.0/targets/\(target)/sha256sums")
        #expect(try SHA256Sums(parsing: bytes).digests.count > 1000)
    }
}
