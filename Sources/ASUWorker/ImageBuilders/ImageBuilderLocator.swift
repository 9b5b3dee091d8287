import ASUCore
import Foundation

/// Finds a target's current ImageBuilder upstream, by `sha256sums` with a trusted signature.
actor ImageBuilderLocator {
    private struct Key: Hashable {
        let version: Version
        let target: Target
    }

    private struct Known {
        let archive: ImageBuilderArchive
        let at: ContinuousClock.Instant
    }

    /// A finished release's archive stays.
    private static let releaseLifetime = Duration.seconds(6 * 3600)

    private let baseURL: String
    private let client: HTTPClient
    private let keys: UsignKeyring
    /// A snapshot's archive moves on every day or so.
    private let snapshotLifetime: Duration
    private var known: [Key: Known] = [:]

    init(baseURL: String, client: HTTPClient, keys: UsignKeyring, snapshotLifetime: Duration = .seconds(60)) {
        self.baseURL = baseURL
        self.client = client
        self.keys = keys
        self.snapshotLifetime = snapshotLifetime
    }

    /// The archive that upstream's signed `sha256sums` names now, or named a short while ago.
    ///
    /// - Throws: ``ImageBuilderError`` `.upstream`, `.untrusted` or `.malformed`.
    func locate(_ version: Version, _ target: Target) async throws -> ImageBuilderArchive {
        let key = Key(version: version, target: target)
        let lifetime = version.isSnapshot ? snapshotLifetime : Self.releaseLifetime
        if let known = known[key], .now - known.at < lifetime { return known.archive }
        let folder = "\(baseURL)/\(UpstreamLayout(version).targetPath(target))"
        let url = "\(folder)/sha256sums"
        async let sumsFile = read(url)
        async let signatureFile = read(url + ".sig")
        let (sums, signature) = try await (sumsFile, signatureFile)
        do {
            let parsed = try UsignSignature(String(decoding: signature, as: UTF8.self))
            _ = try keys.verify(sums, parsed)
        } catch {
            throw ImageBuilderError(.untrusted, "\(url): the signature isn't good: \(error)")
        }
        guard let entry = try Self.parse(sums, url).imageBuilderArchive else {
            throw ImageBuilderError(.malformed, "\(url): names no openwrt-imagebuilder archive for Linux-x86_64")
        }
        // A signature doesn't say where the file belongs: another target's, served here, would be as good.
        guard entry.name.contains("-\(target.name)-\(target.subtarget).Linux-") else {
            throw ImageBuilderError(.untrusted, "\(url): names the archive of another target, \(entry.name)")
        }
        let archive = ImageBuilderArchive(url: "\(folder)/\(entry.name)", sha256: entry.sha256)
        known[key] = Known(archive: archive, at: .now)
        return archive
    }

    /// Forgets what is known of a target, after its archive turned out to be another.
    func forget(_ version: Version, _ target: Target) {
        known[Key(version: version, target: target)] = nil
    }

    private static func parse(_ sums: [UInt8], _ url: String) throws -> SHA256Sums {
        do {
            return try SHA256Sums(parsing: sums)
        } catch {
            throw ImageBuilderError(.malformed, "\(url): \(error)")
        }
    }

    private func read(_ url: String) async throws -> [UInt8] {
        let reply: HTTPReply
        do {
            reply = try await client.fetch(HTTPFetch(url, timeout: .seconds(60), maxBytes: 16 << 20))
        } catch let error as HTTPFetchError where error.code != .cancelled {
            throw ImageBuilderError(.upstream, "\(error)")
        }
        guard reply.status == 200 else {
            throw ImageBuilderError(.upstream, "\(url): expected 200, got \(reply.status)")
        }
        return reply.body
    }
}
