import ASUCore
import ASUTestSupport
import Testing

@Suite struct CompressionTests {
    private static let samples: [[UInt8]] = [
        [], [7], Array("Package: luci\n".utf8), (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* $0 / 3) },
    ]

    @Test(arguments: samples)
    func roundTrip(sample: [UInt8]) throws {
        let gzip = try Compression.gzip(sample)
        #expect(try Compression.decompress(gzip, maxBytes: sample.count) == sample)
        let zstd = try Compression.zstd(sample)
        #expect(try Compression.decompress(zstd, maxBytes: sample.count) == sample)
    }

    @Test func decompress_compressedContent_losesOneLayerOnly() throws {
        let inner = try Compression.gzip(Self.samples[3])
        #expect(try Compression.decompress(Compression.gzip(inner), maxBytes: 1 << 20) == inner)
        #expect(try Compression.decompress(Compression.zstd(inner), maxBytes: 1 << 20) == inner)
    }

    @Test func gzip_equalInput_equalOutput() throws {
        let first = try Compression.gzip(Self.samples[3], level: 9)
        #expect(try Compression.gzip(Self.samples[3], level: 9) == first)
        // The time stamp is empty.
        #expect(first[4..<8].elementsEqual([0, 0, 0, 0]))
    }

    @Test func levels_areHeeded() throws {
        let text = Array((0..<20_000).map { "Package: kmod-\($0 % 977)\nVersion: \($0)\n" }.joined().utf8)
        #expect(try Compression.gzip(text, level: 9).count < Compression.gzip(text, level: 1).count)
        #expect(try Compression.zstd(text, level: 19).count < Compression.zstd(text, level: 1).count)
    }

    @Test func decompress_realTools() async throws {
        let directory = try TemporaryDirectory()
        try directory.write(Self.samples[3], to: "data")
        for (tool, suffix) in [("gzip", "gz"), ("zstd", "zst")] {
            let child = try ChildProcess(tool, ["-qk", directory.file("data")])
            #expect(try await child.wait() == .exited(0))
            let packed = try TemporaryDirectory.contents(of: directory.file("data.\(suffix)"))
            #expect(try Compression.decompress(packed, maxBytes: 1 << 20) == Self.samples[3])
        }
    }

    @Test func decompress_bomb_isBounded() throws {
        let zeros = [UInt8](repeating: 0, count: 20_000_000)
        for bomb in [try Compression.gzip(zeros), try Compression.zstd(zeros)] {
            #expect(bomb.count < 100_000)
            let error = #expect(throws: Compression.Failure.self) {
                try Compression.decompress(bomb, maxBytes: 1_000_000).count
            }
            #expect(error?.code == .tooLarge)
        }
    }

    @Test(arguments: samples)
    func decompress_truncatedAnywhere_isRefused(sample: [UInt8]) throws {
        for packed in [try Compression.gzip(sample), try Compression.zstd(sample)] {
            for count in Set(stride(from: 0, to: packed.count, by: max(1, packed.count / 100))).union([packed.count - 1]
            ) {
                let error = #expect(throws: Compression.Failure.self, "\(count) of \(packed.count) bytes") {
                    try Compression.decompress(Array(packed[..<count]), maxBytes: 1 << 20).count
                }
                #expect(error?.code == .corrupt)
            }
        }
    }

    @Test func decompress_damagedOrTruncatedOrOther_isRefused() throws {
        let gzip = try Compression.gzip(Self.samples[3])
        let zstd = try Compression.zstd(Self.samples[3])
        var flipped = gzip
        flipped[gzip.count - 6] ^= 0xff
        for bad in [
            flipped, Array(gzip.dropLast(20)), Array(zstd.dropLast(20)), [], Array("plain".utf8), [0x1f, 0x8b],
        ] {
            let error = #expect(throws: Compression.Failure.self) {
                try Compression.decompress(bad, maxBytes: 1 << 20).count
            }
            #expect(error?.code == .corrupt)
        }
    }
}
