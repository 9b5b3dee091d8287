import Foundation
import Testing

@testable import ASUCore

/// The quick reader of bodies never says anything else than Foundation's.
struct PlainBodyTests {
    private func plain(_ text: [UInt8]) -> BuildRequestBody? { text.withUnsafeBufferPointer { PlainBody.parse($0) } }

    private func decoded(_ text: [UInt8]) -> BuildRequestBody? {
        try? JSONDecoder().decode(BuildRequestBody.self, from: Data(text))
    }

    private static let whole = """
        {"distro":"openwrt", "version":"23.05.5",\t"version_code":"r1-ab","target":"x86/64","profile":"generic",
        "packages":["a","-b" , "+c"],"packages_versions":{"luci":"25.1~abc","htop" :"3.3.0-r1"},"diff_packages":true,
        "defaults":null,"rootfs_size_mb":512,"filesystem":"","repositories":{},"repositories_mode":"append",
        "repository_keys":[],"client":"owut/2025.1"}\r\n
        """

    @Test(arguments: [
        whole, "{}", " { } ", #"{"packages":[]}"#, #"{"rootfs_size_mb":0}"#, #"{"diff_packages":false}"#,
        #"{"version":null}"#, #"{"packages_versions":{"a":"1"}}"#,
    ])
    func parse_whatClientsSend_isRead(_ text: String) throws {
        let body = try #require(plain(Array(text.utf8)))
        #expect(body == decoded(Array(text.utf8)))
    }

    @Test(arguments: [
        "", "[]", "{", #"{"version":"a\u0062"}"#, #"{"version":"é"}"#, #"{"version":1}"#, #"{"x":"y"}"#, "{}}", "{}x",
        #"{"version":"a","version":"b"}"#, #"{"packages_versions":{"a":"1","a":"2"}}"#, #"{"rootfs_size_mb":1.5}"#,
        #"{"rootfs_size_mb":-1}"#, #"{"rootfs_size_mb":01}"#, #"{"rootfs_size_mb":1e2}"#, #"{"packages":["a",]}"#,
        #"{"packages":"a"}"#, #"{"packages":[null]}"#, #"{"diff_packages":"true"}"#, #"{"version":"a",}"#,
        #"{"rootfs_size_mb":123456789012345678901}"#, #"{"defaults":"a\nb"}"#, "{\"version\":\"a\nb\"}",
        #"{"version":"#,
    ])
    func parse_anythingElse_isLeftToTheDecoder(_ text: String) {
        #expect(plain(Array(text.utf8)) == nil)
    }

    @Test func parse_damagedBodies_agreesWithTheDecoder() {
        var random = SystemRandomNumberGenerator()
        let whole = Array(Self.whole.utf8)
        let signs = Array(#"{}[]",:\ 019truenull-+.e"#.utf8) + [0, 0x0A, 0x7F, 0xC3, 0xFF]
        var read = 0
        for _ in 0..<3000 {
            var text = whole
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let place = Int.random(in: 0..<text.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: text.remove(at: place)
                case 1: text.insert(signs.randomElement(using: &random) ?? 0, at: place)
                case 2: text[place] = signs.randomElement(using: &random) ?? 0
                default: text.removeSubrange(place..<min(place + 20, text.count))
                }
            }
            guard let body = plain(text) else { continue }
            read += 1
            let same = body == decoded(text)
            #expect(same, "\(String(decoding: text, as: UTF8.self))")
        }
        #expect(read > 0)
    }
}
