import ASUCore
import ASUTestSupport
import Testing

@Suite struct SHA256DigestTests {
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        (String(repeating: "a", count: 1_000_000), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
    ])
    func hashing_standardVectors(text: String, hex: String) {
        #expect(SHA256Digest(hashing: Array(text.utf8)).hex == hex)
        // Not contiguous: the path through a copy.
        #expect(SHA256Digest(hashing: text.utf8.lazy.map { $0 }).description == hex)
    }

    @Test func hex_roundTrip() throws {
        let hex = "00ff10a0" + String(repeating: "1f", count: 28)
        let digest = try #require(SHA256Digest(hex: hex))
        #expect(digest.hex == hex)
        #expect(digest.bytes.count == 32)
        #expect(digest.bytes.prefix(4).elementsEqual([0, 0xff, 0x10, 0xa0]))
        #expect(SHA256Digest(bytes: digest.bytes) == digest)
    }

    @Test(arguments: [
        "", "00", String(repeating: "0", count: 63), String(repeating: "0", count: 65),
        String(repeating: "0", count: 66), String(repeating: "A", count: 64), String(repeating: "0", count: 63) + "g",
        " " + String(repeating: "0", count: 63), String(repeating: "0", count: 62) + "\u{e9}",
    ])
    func hex_notExactly64LowerCaseDigits_isRefused(hex: String) {
        #expect(SHA256Digest(hex: hex) == nil)
    }

    @Test func bytes_otherLengths_areRefused() {
        #expect(SHA256Digest(bytes: [UInt8](repeating: 1, count: 31)) == nil)
        #expect(SHA256Digest(bytes: [UInt8](repeating: 1, count: 33)) == nil)
    }

    @Test func order_isThatOfTheTexts() {
        let digests = (0..<50).map { SHA256Digest(hashing: [UInt8($0)]) }
        #expect(digests.sorted().map(\.hex) == digests.map(\.hex).sorted())
    }

    @Test func stream_inPieces_equalsWhole() {
        let bytes = (0..<10_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        var stream = SHA256Stream()
        for start in stride(from: 0, to: bytes.count, by: 777) {
            stream.update(bytes[start..<min(start + 777, bytes.count)])
        }
        #expect(stream.finalize() == SHA256Digest(hashing: bytes))
    }

    @Test func ofFile_severalBuffers() async throws {
        let directory = try TemporaryDirectory()
        let bytes = (0..<700_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
        let path = try directory.write(bytes, to: "big")
        #expect(try await SHA256Digest.ofFile(path) == SHA256Digest(hashing: bytes))
    }

    @Test func ofFile_missingOrFolder_saysWhich() async throws {
        let directory = try TemporaryDirectory()
        let missing = await #expect(throws: HashingError.self) {
            try await SHA256Digest.ofFile(directory.file("none"))
        }
        #expect(missing?.code == .missing)
        #expect(missing?.description.contains(directory.file("none")) == true)
        let folder = await #expect(throws: HashingError.self) { try await SHA256Digest.ofFile(directory.path) }
        #expect(folder?.code == .unreadable)
    }
}
