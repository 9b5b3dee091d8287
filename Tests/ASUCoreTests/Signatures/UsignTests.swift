import ASUTestSupport
import Testing

@testable import ASUCore

@Suite struct UsignTests {
    private static let releases = "upstream/releases"
    private static let signedIndexes =
        ["base", "luci", "packages", "routing", "telephony"].flatMap {
            [
                ("\(releases)/24.10.4/packages/x86_64/\($0)/Packages", "d310c6f2833e97f7"),
                ("\(releases)/19.07.1/packages/aarch64_cortex-a53/\($0)/Packages", "f94b9dd6febac963"),
            ]
        } + [
            ("\(releases)/24.10.4/targets/x86/64/packages/Packages", "d310c6f2833e97f7"),
            (
                "\(releases)/24.10.4/targets/x86/64/kmods/6.6.110-1-484466e2719a743506c36b4bb2103582/Packages",
                "d310c6f2833e97f7"
            ),
            ("\(releases)/19.07.1/targets/brcm2708/bcm2710/packages/Packages", "f94b9dd6febac963"),
            (
                "\(releases)/19.07.1/targets/brcm2708/bcm2710/kmods/4.14.167-1-ae418ed2395263358bbe7536d318ae28/Packages",
                "f94b9dd6febac963"
            ),
        ]

    @Test func openWrt_hasAllKeysUnderTheirNames() {
        #expect(UsignKeyring.openWrtKeys.count == 7)
        #expect(
            UsignKeyring.openWrt.fingerprints == [
                "1035ac73cc4e59e3", "2f8b0b98e08306bf", "4d017e6f1ed5d616", "792d9d9b39f180dc", "b5043e70f9a75cde",
                "d310c6f2833e97f7", "f94b9dd6febac963",
            ]
        )
    }

    @Test(.enabled(if: SharedData.isPresent), arguments: UsignKeyring.openWrt.fingerprints)
    func key_ofTheRelease_parses(fingerprint: String) throws {
        let key = try UsignPublicKey(SharedData.text("keys/usign/\(fingerprint)"))
        #expect(key.fingerprint == fingerprint)
        #expect(key.comment.hasPrefix("Public usign key for"))
    }

    @Test(.enabled(if: SharedData.isPresent))
    func key_asShippedInAnImage_equalsTheReleaseKey() throws {
        let shipped = try UsignPublicKey(SharedData.text("keys/usign-file-as-shipped/f94b9dd6febac963"))
        #expect(shipped.comment == "OpenWrt 19.07 release signature")
        let index = Self.signedIndexes.first { $0.1 == shipped.fingerprint }?.0 ?? ""
        let signature = try UsignSignature(SharedData.text(index + ".sig"))
        #expect(try shipped.isValid(signature, for: SharedData.bytes(index)))
    }

    @Test(.enabled(if: SharedData.isPresent), arguments: signedIndexes)
    func verify_genuineIndexes_andNoFlippedByte(file: String, fingerprint: String) throws {
        var message = try SharedData.bytes(file)
        let signature = try UsignSignature(SharedData.text(file + ".sig"))
        #expect(try UsignKeyring.openWrt.verify(message, signature).fingerprint == fingerprint)
        message[message.count / 2] ^= 1
        let error = #expect(throws: SignatureError.self) { try UsignKeyring.openWrt.verify(message, signature) }
        #expect(error?.code == .badSignature)
    }

    @Test(.enabled(if: SharedData.isPresent), arguments: ["asu-history-e5965b2", "asu-history-05c8e56"])
    func verify_pairs(folder: String) throws {
        let key = try UsignPublicKey(SharedData.text("usign-pairs/\(folder)/testkey.pub"))
        let message = try SharedData.bytes("usign-pairs/\(folder)/sha256sums")
        let signature = try UsignSignature(SharedData.text("usign-pairs/\(folder)/sha256sums.sig"))
        #expect(try UsignKeyring([key]).verify(message, signature) == key)
        #expect(!key.isValid(signature, for: message + [10]))
        #expect(try SHA256Sums(parsing: message).imageBuilderArchive != nil)
        // Not OpenWrt's: the error names the key and those that are trusted.
        let error = #expect(throws: SignatureError.self) { try UsignKeyring.openWrt.verify(message, signature) }
        #expect(error?.code == .unknownKey)
        #expect(error?.description.contains(key.fingerprint) == true)
        #expect(error?.description.contains("d310c6f2833e97f7") == true)
    }

    @Test func verify_otherKeyOfTheSameName_isRefused() throws {
        let line = UsignKeyring.openWrtKeys[0].key
        let real = try UsignPublicKey(line)
        // Same fingerprint, another key: a forger may choose the name freely.
        let forged = try UsignPublicKey(String(line.dropLast(4)) + "AAAA")
        #expect(forged.fingerprint == real.fingerprint && forged != real)
        #expect(UsignKeyring([real, forged, real]).fingerprints == [real.fingerprint])
    }

    @Test(arguments: [
        "RWR5LZ2bOfGA3FGliZosEDhodiAKDOISmQs/mmjo4rhcbFtqkibJqMzo",
        "RWR5LZ2bOfGA3FGliZosEDhodiAKDOISmQs/mmjo4rhcbFtqkibJqMzo\n\n",
        "untrusted comment: x\r\nRWR5LZ2bOfGA3FGliZosEDhodiAKDOISmQs/mmjo4rhcbFtqkibJqMzo\r\n",
        "anything\nRWR5LZ2bOfGA3FGliZosEDhodiAKDOISmQs/mmjo4rhcbFtqkibJqMzo",
    ])
    func key_withoutCommentOrNewline_parses(text: String) throws {
        #expect(try UsignPublicKey(text).fingerprint == "792d9d9b39f180dc")
    }

    @Test(arguments: [
        "", "\n\n", "untrusted comment: only", "RWR5LZ2b",
        "a\nb\nRWR5LZ2bOfGA3FGliZosEDhodiAKDOISmQs/mmjo4rhcbFtqkibJqMzo",
        "RWR5LZ2bOfGA3FGliZosEDhodiAKDOISmQs/mmjo4rhcbFtqkibJqMz=",
        "RWR5LZ2bOfGA3FGliZosEDhodiAKDOISmQs/mmjo4rhcbFtqkibJqM o",
        "RWX5LZ2bOfGA3FGliZosEDhodiAKDOISmQs/mmjo4rhcbFtqkibJqMz",
        "QWR5LZ2bOfGA3FGliZosEDhodiAKDOISmQs/mmjo4rhcbFtqkibJqMzo",
        String(repeating: "A", count: 5000),
    ])
    func key_malformed_isRefused(text: String) {
        let error = #expect(throws: SignatureError.self) { try UsignPublicKey(text) }
        #expect(error?.code == .malformed)
        #expect(throws: SignatureError.self) { try UsignSignature(text) }
    }

    @Test(arguments: [
        ("", nil), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYmE=", "fooba"), ("Zh==", nil), ("Zm9", nil),
        ("Zg=g", nil), ("====", nil), ("Z===", nil), ("Zm9v\n", nil),
    ])
    func base64_isStrict(text: String, decoded: String?) {
        #expect(UsignText.decodeBase64(Array(text.utf8)) == decoded.map { Array($0.utf8) })
    }
}
