/// The identity of a request: SHA-256 over its normalised fields, as 64 lower-case hex digits, never cut.
///
/// It is made from the request alone, so that equal requests are one build on every server. A cut hash and fields
/// joined without separators were CVE-2024-54143 of the original.
package struct RequestHash: Sendable, Hashable, CustomStringConvertible {
    package let text: String

    /// - Returns: `nil` unless `text` is 64 lower-case hex digits.
    package init?(_ text: some StringProtocol) {
        guard text.utf8.count == 64,
            text.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) })
        else { return nil }
        self.text = String(text)
    }

    package var description: String { text }

    /// The first 12 digits: a label in image file names that nothing looks up.
    package var label: String { String(text.prefix(12)) }

    /// Hashes a domain tag and every field but `client` in a fixed order.
    ///
    /// Each field is a presence byte, then its
    /// length as 32 bits, big-endian, then its bytes; a list is its count in the same form, then its elements. Package
    /// names are sorted; lists of pairs are sorted by name.
    package init(_ request: BuildRequest) {
        var message = Message()
        message.append("asu build request 1")
        message.append(BuildRequest.distro)
        message.append(request.version.text)
        message.append(request.versionCode)
        message.append(request.target.description)
        message.append(request.profile.text)
        message.append(request.packages.map(\.description).sorted())
        // The names stand in `packages`, too, and sorted: to sort what is sorted takes no time.
        var versioned: [(name: PackageName, version: PackageVersion)] = []
        versioned.reserveCapacity(request.packagesVersions.count)
        if !request.packagesVersions.isEmpty {
            for selection in request.packages where !selection.isRemoval {
                if let version = request.packagesVersions[selection.name] {
                    versioned.append((selection.name, version))
                }
            }
        }
        if versioned.count != request.packagesVersions.count {
            versioned = request.packagesVersions.map { (name: $0.key, version: $0.value) }
        }
        message.append(versioned.sorted { $0.name < $1.name }.flatMap { [$0.name.text, $0.version.text] })
        message.append(request.diffPackages ? "1" : "0")
        message.append(request.defaults)
        message.append(request.rootfsSizeMB.map(String.init))
        message.append(request.filesystem?.rawValue)
        message.append(request.repositories.flatMap { [$0.name, $0.url.description] })
        message.append(request.repositoriesMode.rawValue)
        message.append(request.repositoryKeys.map(\.text))
        text = SHA256Digest(hashing: message.bytes).hex
    }

    private struct Message {
        private(set) var bytes: [UInt8] = []

        init() {
            bytes.reserveCapacity(16_384)
        }

        private mutating func append(count: Int) {
            let bits = UInt32(clamping: count)
            withUnsafeBytes(of: bits.bigEndian) { bytes.append(contentsOf: $0) }
        }

        mutating func append(_ text: String?) {
            guard var text else {
                bytes.append(0)
                return
            }
            bytes.append(1)
            append(count: text.utf8.count)
            text.withUTF8 { bytes.append(contentsOf: $0) }
        }

        mutating func append(_ list: [String]) {
            bytes.append(1)
            append(count: list.count)
            for text in list { append(text) }
        }
    }
}
