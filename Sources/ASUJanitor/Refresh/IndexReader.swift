import ASUCore
import Foundation

/// Reads a folder's package index in whichever format upstream offers.
struct IndexReader: Sendable {
    let upstream: UpstreamReader

    /// The index of `folder`, or `nil` if there is none in any format.
    ///
    /// `Packages` says what packages provide, so it is preferred where packages are opkg's; apk's own index is binary,
    /// so `index.json` is read there.
    ///
    /// - Throws: ``UpstreamError``.
    func read(_ folder: String, format: PackageFormat) async throws -> PackageIndex? {
        for name in format == .opkg ? Self.opkgNames : Self.apkNames {
            guard let bytes = try await upstream.read("\(folder)/\(name)") else { continue }
            return try parse(bytes, name: name, url: upstream.url("\(folder)/\(name)"))
        }
        return nil
    }

    private static let opkgNames = ["Packages.gz", "Packages", "Packages.manifest", "index.json"]
    private static let apkNames = ["index.json", "Packages.gz", "Packages", "Packages.manifest"]

    private func parse(_ bytes: [UInt8], name: String, url: String) throws -> PackageIndex {
        if name == "index.json" { return try PackageIndex(json: bytes, url: url) }
        var bytes = bytes
        if name.hasSuffix(".gz") {
            do {
                bytes = try Compression.decompress(bytes, maxBytes: 256 << 20)
            } catch {
                throw UpstreamError(.malformed, url: url, reason: "can't be decompressed: \(error)")
            }
        }
        let index = PackageIndex(opkg: bytes)
        // An HTML page in place of an index must not pass for an empty feed.
        guard !index.entries.isEmpty || bytes.allSatisfy({ $0 <= 32 }) else {
            throw UpstreamError(.malformed, url: url, reason: "expected stanzas that begin with Package:")
        }
        return index
    }
}
