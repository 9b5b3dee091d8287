import ASUCore
import Foundation
import Synchronization

/// Reads a folder's package index in whichever format upstream offers, and verifies it where it is signed.
final class IndexReader: Sendable {
    private let upstream: UpstreamReader
    private let keys: UsignKeyring
    /// What this upstream called its last index of each format: asked for first, since few offer several.
    private let lastName = Mutex<[PackageFormat: String]>([:])

    init(upstream: UpstreamReader, keys: UsignKeyring) {
        self.upstream = upstream
        self.keys = keys
    }

    /// Asks for the index of `folder`.
    ///
    /// `Packages` says what packages provide, so it is preferred where packages are opkg's; apk's own index is binary,
    /// so `index.json` is read there. The record that comes with an index says which file it was.
    ///
    /// - Parameters:
    ///   - folder: Relative to the server's root.
    ///   - format: Which names to try, and in which order.
    ///   - known: What is remembered of the index, if it is still in the catalog.
    ///   - wasMissing: Whether there was none in any format the last time: then only the likeliest name is tried.
    /// - Returns: The answer; `.missing` if there is an index in no format.
    /// - Throws: ``UpstreamError``, `.untrusted` if a signature is wrong.
    func read(
        _ folder: String,
        format: PackageFormat,
        known: SourceRecord?,
        wasMissing: Bool = false
    ) async throws -> UpstreamReply<IndexReading> {
        var names = format == .opkg ? Self.opkgNames : Self.apkNames
        if let first = known?.name ?? lastName.withLock({ $0[format] }) {
            names.removeAll { $0 == first }
            names.insert(first, at: 0)
        }
        if wasMissing { names = Array(names.prefix(1)) }
        let trusted = keys.fingerprints.joined(separator: " ")
        // With other keys the answer may be another.
        let known = known?.strangerTo == nil || known?.strangerTo == trusted ? known : nil
        for name in names {
            let url = upstream.url("\(folder)/\(name)")
            let reply = try await upstream.read("\(folder)/\(name)", known: known?.name == name ? known : nil) {
                bytes in
                let contents = try Self.open(bytes, name: name, url: url)
                if name.hasPrefix("Packages"), name != "Packages.manifest",
                    let stranger = try await self.verify(contents, folder)
                {
                    return IndexReading(index: nil, stranger: stranger)
                }
                return IndexReading(index: try Self.parse(contents, name: name, url: url), stranger: nil)
            }
            guard case .missing = reply else {
                lastName.withLock { $0[format] = name }
                guard case .read(let reading, var record) = reply else { return reply }
                record.name = name
                if reading.index == nil { record.strangerTo = trusted }
                return .read(reading, record)
            }
        }
        return .missing
    }

    /// The longest index once it is decompressed; the biggest real one has 2.5 MB.
    private static let maxIndexBytes = 32 << 20
    private static let opkgNames = ["Packages.gz", "Packages", "Packages.manifest", "index.json"]
    private static let apkNames = ["index.json", "Packages.gz", "Packages", "Packages.manifest"]

    /// Checks `Packages` against `Packages.sig`; one that isn't signed is taken as it is, since what it lists is
    /// verified again when it is installed.
    ///
    /// - Returns: The error if a key signed it that isn't trusted.
    /// - Throws: ``UpstreamError`` `.untrusted` if the signature is wrong.
    private func verify(_ packages: [UInt8], _ folder: String) async throws -> UpstreamError? {
        let path = "\(folder)/Packages.sig"
        guard let text = try await upstream.bytes(path) else { return nil }
        do throws(SignatureError) {
            _ = try keys.verify(packages, UsignSignature(String(decoding: text.prefix(8192), as: UTF8.self)))
            return nil
        } catch {
            let isStranger = error.code == .unknownKey
            let error = UpstreamError(
                isStranger ? .unknownKey : .untrusted,
                url: upstream.url(path),
                reason: error.description
            )
            guard isStranger else { throw error }
            return error
        }
    }

    private static func open(_ bytes: [UInt8], name: String, url: String) throws -> [UInt8] {
        guard name.hasSuffix(".gz") else { return bytes }
        do {
            return try Compression.decompress(bytes, maxBytes: Self.maxIndexBytes)
        } catch {
            throw UpstreamError(.malformed, url: url, reason: "can't be decompressed: \(error)")
        }
    }

    private static func parse(_ bytes: [UInt8], name: String, url: String) throws -> PackageIndex {
        if name == "index.json" { return try PackageIndex(json: bytes, url: url) }
        let index = PackageIndex(opkg: bytes)
        // An HTML page in place of an index must not pass for an empty feed.
        guard !index.entries.isEmpty || bytes.allSatisfy({ $0 == 10 || $0 == 13 || $0 == 32 }) else {
            throw UpstreamError(.malformed, url: url, reason: "expected stanzas that begin with Package:")
        }
        return index
    }
}
