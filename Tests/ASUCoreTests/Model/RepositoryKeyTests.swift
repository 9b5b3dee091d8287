import ASUCore
import Testing

struct RepositoryKeyTests {
    private static let usign = "RWTTEMbygz6X95lKDAulctZy3aj15823THXfyrfXgwGbxZlXBd2brNcw"
    private static let pem = """
        -----BEGIN PUBLIC KEY-----
        MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEqDM0+yparYvbHosRPBhvT5Z3MEXz
        AFYrTnqJrnURywsKpD+ZKCLjPluvoHe/FABIvIuHLvICALA3IMjhm0Z0cA==
        -----END PUBLIC KEY-----

        """

    @Test(arguments: [
        usign, usign + "\n", "  \(usign)\r\n", "untrusted comment: Public key\n\(usign)\n", "OpenWrt 19.07\n\(usign)",
    ])
    func key_usign_isItsLine(text: String) throws {
        let key = try #require(RepositoryKey(text))
        #expect(key.text == Self.usign)
        #expect(!key.isPEM)
    }

    @Test func key_pem_isNormalised() throws {
        let spelled = "\r\n" + Self.pem.split(separator: "\n").map { " \($0)\t" }.joined(separator: "\r\n")
        for text in [Self.pem, spelled] {
            let key = try #require(RepositoryKey(text))
            #expect(key.text == Self.pem)
            #expect(key.isPEM)
            #expect(RepositoryKey(key.text) == key)
        }
    }

    @Test(arguments: [
        "", "\n", "RW", String(usign.dropLast()), usign + "A", "XX" + usign.dropFirst(2),
        "RW" + String(repeating: "=", count: 54), usign.dropLast() + "\"", usign + "\n" + usign + "\n" + usign,
        "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n",
        "-----BEGIN PUBLIC KEY-----\n====\n-----END PUBLIC KEY-----\n",
        "-----BEGIN PUBLIC KEY-----\nMFkw\nabc$(id)\n-----END PUBLIC KEY-----\n",
        "-----BEGIN PUBLIC KEY-----\nMFkw\n", "-----BEGIN PRIVATE KEY-----\nMFkw\n-----END PRIVATE KEY-----\n",
        pem + pem, pem + "MFkw", pem + String(repeating: " ", count: 4096),
    ])
    func key_malformed_isRefused(text: String) {
        #expect(RepositoryKey(text) == nil)
    }

    @Test(
        .enabled(if: SharedData.isPresent),
        arguments: [
            "usign/1035ac73cc4e59e3", "usign/2f8b0b98e08306bf", "usign/4d017e6f1ed5d616", "usign/792d9d9b39f180dc",
            "usign/b5043e70f9a75cde", "usign/d310c6f2833e97f7", "usign/f94b9dd6febac963",
            "usign-file-as-shipped/f94b9dd6febac963", "apk/openwrt-snapshots.pem",
        ]
    )
    func key_realFile_isTaken(name: String) throws {
        let key = try #require(RepositoryKey(try SharedData.text("keys/\(name)")))
        #expect(key.isPEM == name.hasSuffix(".pem"))
    }
}
