/// A `sha256sums` file: the digests of the files in one folder of the download server.
package struct SHA256Sums: Sendable {
    /// Largest file accepted, in bytes; the biggest known is 1.1 MB.
    package static let maxLength = 16 << 20
    /// Most lines accepted; the biggest known has 9,629.
    package static let maxEntries = 50_000
    /// Longest name accepted, in bytes.
    package static let maxNameLength = 512

    /// Digest by file name; names may hold `/`, never `..`, and are relative.
    package let digests: [String: SHA256Digest]

    /// Parses lines of `<64 hexadecimal digits> *<name>` (or two spaces, as text-mode `sha256sum` writes).
    ///
    /// - Parameter bytes: The file as downloaded; empty lines are skipped.
    /// - Throws: ``SignatureError`` `.malformed`, which names the line.
    package init(parsing bytes: [UInt8]) throws(SignatureError) {
        guard bytes.count <= Self.maxLength else {
            throw SignatureError(.malformed, "sha256sums: \(bytes.count) bytes, at most \(Self.maxLength) expected")
        }
        var digests: [String: SHA256Digest] = [:]
        var number = 0
        for line in bytes.split(separator: 10, omittingEmptySubsequences: false) {
            number += 1
            if line.isEmpty { continue }
            guard number <= Self.maxEntries else {
                throw SignatureError(.malformed, "sha256sums: more than \(Self.maxEntries) lines")
            }
            guard let (digest, name) = Self.parse(line) else {
                throw SignatureError(
                    .malformed,
                    "sha256sums: line \(number) is not \"<64 hexadecimal digits> *<relative name>\""
                )
            }
            if let earlier = digests.updateValue(digest, forKey: name), earlier != digest {
                throw SignatureError(.malformed, "sha256sums: line \(number) gives \(name) a second, other digest")
            }
        }
        self.digests = digests
    }

    /// The digest of a file, `nil` if the file is not listed.
    package subscript(name: String) -> SHA256Digest? { digests[name] }

    /// The ImageBuilder of this folder: `openwrt-imagebuilder-<...>.Linux-x86_64.tar.xz` or `.tar.zst`.
    ///
    /// If there are several, zstd comes before xz, then the alphabet decides; `nil` if there is none.
    package var imageBuilderArchive: (name: String, sha256: SHA256Digest)? {
        let names = digests.keys.filter(Self.isImageBuilder).sorted { left, right in
            (left.hasSuffix(".xz") ? 1 : 0, left) < (right.hasSuffix(".xz") ? 1 : 0, right)
        }
        guard let name = names.first, let digest = digests[name] else { return nil }
        return (name, digest)
    }

    private static func isImageBuilder(_ name: String) -> Bool {
        let prefix = "openwrt-imagebuilder-"
        guard name.hasPrefix(prefix) else { return false }
        for suffix in [".Linux-x86_64.tar.zst", ".Linux-x86_64.tar.xz"] where name.hasSuffix(suffix) {
            let middle = name.utf8.dropFirst(prefix.utf8.count).dropLast(suffix.utf8.count)
            return name.utf8.count > prefix.utf8.count + suffix.utf8.count
                && middle.allSatisfy(isNameCharacter)
        }
        return false
    }

    private static func isNameCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default:
            "-._+~".utf8.contains(byte)
        }
    }

    private static func parse(_ line: ArraySlice<UInt8>) -> (SHA256Digest, String)? {
        guard line.count > 66, line.count <= 66 + maxNameLength else { return nil }
        let name = line.dropFirst(66)
        let separator = line.dropFirst(64).prefix(2)
        guard separator.elementsEqual(" *".utf8) || separator.elementsEqual("  ".utf8),
            name.allSatisfy({ $0 > 0x20 && $0 < 0x7f }),
            name.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
                .allSatisfy({ !$0.isEmpty && !$0.elementsEqual("..".utf8) }),
            let digest = SHA256Digest(hex: String(decoding: line.prefix(64), as: UTF8.self))
        else { return nil }
        return (digest, String(decoding: name, as: UTF8.self))
    }
}
