internal import Foundation

enum SumsProperties {
    static func check(_ bytes: [UInt8]) {
        guard let sums = refusable({ () throws(SignatureError) in try SHA256Sums(parsing: bytes) }) else { return }
        require(sums.digests.count <= min(SHA256Sums.maxEntries, bytes.count / 67 + 1), "the lines are bounded")
        var lines: [UInt8] = []
        for (name, digest) in sums.digests {
            require((1...SHA256Sums.maxNameLength).contains(name.utf8.count), "'\(name)' is short")
            require(name.utf8.allSatisfy { $0 > 32 && $0 < 127 }, "'\(name)' is printable")
            let parts = name.split(separator: "/", omittingEmptySubsequences: false)
            require(!parts.contains("..") && !parts.contains(""), "'\(name)' doesn't leave the folder")
            require(sums[name] == digest && SHA256Digest(hex: digest.hex) == digest, "'\(name)' is found")
            lines += Array("\(digest) *\(name)\n".utf8)
        }
        if let archive = sums.imageBuilderArchive {
            require(sums[archive.name] == archive.sha256 && !archive.name.contains("/"), "the archive is listed")
        }
        let again = refusable { () throws(SignatureError) in try SHA256Sums(parsing: lines) }
        require(again?.digests == sums.digests, "written again, the digests are the same")
    }

    /// What `parse` makes of bytes; `nil` if it refuses them with a proper error.
    static func refusable<Value>(_ parse: () throws(SignatureError) -> Value) -> Value? {
        do {
            return try parse()
        } catch {
            require(error.code == .malformed, "a refusal is .malformed, not \(error.code)")
            require(error.description.utf8.count <= 6000, "a refusal fits into a line of the log")
            require(error.description.utf8.allSatisfy { $0 >= 32 }, "a refusal has no control characters")
            return nil
        }
    }
}

enum UsignProperties {
    /// A key or a signature.
    static func check(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        let key = SumsProperties.refusable { () throws(SignatureError) in try UsignPublicKey(text) }
        let signature = SumsProperties.refusable { () throws(SignatureError) in try UsignSignature(text) }
        require(key == nil || signature == nil, "no text is both")
        if let key {
            require(key.key.count == 32, "a key has 32 bytes")
            check(text, fingerprint: key.fingerprint, comment: key.comment, payload: key.key)
            require(key.description.hasPrefix(key.fingerprint), "a key goes by its fingerprint")
        }
        if let signature {
            require(signature.bytes.count == 64, "a signature has 64 bytes")
            check(text, fingerprint: signature.fingerprint, comment: signature.comment, payload: signature.bytes)
        }
    }

    private static func check(_ text: String, fingerprint: String, comment: String, payload: [UInt8]) {
        require(fingerprint.utf8.count == 16, "a fingerprint has 16 digits")
        require(comment.utf8.count <= text.utf8.count && !comment.utf8.contains { $0 == 10 }, "a comment is one line")
        let name = stride(from: 0, to: 16, by: 2).compactMap { UInt8(fingerprint.dropFirst($0).prefix(2), radix: 16) }
        require(name.count == 8, "a fingerprint is hexadecimal")
        let base64 = Data(Array("Ed".utf8) + name + payload).base64EncodedString()
        let last = text.utf8.split { $0 == 10 || $0 == 13 }.last
        require(last?.elementsEqual(base64.utf8) == true, "base64 has one form only")
    }
}
