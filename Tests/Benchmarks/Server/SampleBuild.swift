import ASUCore
import Foundation
import NIOCore

/// A request as owut sends it and its result, made from what the catalog has.
struct SampleBuild: Sendable {
    /// Bytes of the request's and the result's body.
    private static let requestBytes = 1850
    private static let resultBytes = 5800

    let version: String
    let target: String
    let profile: String
    let revision: String
    private let architecture: String
    /// How many packages the catalog has for the target.
    let indexed: Int
    private let packages: [(name: String, version: String)]

    /// - Throws: ``BenchmarkError`` if no target of the catalog is indexed.
    init(_ store: CatalogStore) async throws {
        for (version, manifest) in try await store.load().manifests {
            for (target, record) in manifest.targets.sorted(by: { $0.key < $1.key }) {
                guard let own = record.indexes, let feeds = manifest.feeds[record.architecture] else { continue }
                var packages: [String: String] = [:]
                for index in Array(feeds.values) + Array(own.values) {
                    for line in try await store.blob(index.blob).split(separator: UInt8(ascii: "\n")) {
                        let parts = String(decoding: line, as: UTF8.self).split(separator: "\t")
                        // The empty version of a name that is only provided leaves one part.
                        if parts.count == 2 { packages[String(parts[0])] = String(parts[1]) }
                    }
                }
                let profiles = TargetProfiles(bytes: try await store.blob(record.profiles))
                guard let profile = profiles.ids.first, packages.count > 60 else { continue }
                let sorted = packages.sorted { $0.key < $1.key }
                self.version = version.text
                self.target = target
                self.profile = profile.text
                revision = record.revision
                architecture = record.architecture
                indexed = sorted.count
                // From all over the index, as a router's packages are.
                self.packages = (0..<200).map { index in
                    let (name, version) = sorted[index * sorted.count / 200]
                    return (name: name, version: version)
                }
                return
            }
        }
        throw BenchmarkError("the catalog has no target with a package index")
    }

    /// The largest document of the JSON tree: all feeds of the architecture, 400 KB for 24.10.4.
    var indexPath: String { "/json/v1/releases/\(version)/packages/\(architecture)-index.json" }

    private struct Body: Encodable {
        var client: String
        var version: String
        var version_code: String
        var target: String
        var profile: String
        var packages: [String]?
        var packages_versions: [String: String]? = [:]
        var filesystem = "squashfs"
        var diff_packages = true
    }

    private static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// The request's body with some 60 packages; with `firstVersion` the first of them has that version.
    ///
    /// With another `client` it is still the same build.
    func requestBody(firstVersion: String? = nil, client: String = "owut/2025.1") throws -> String {
        var body = Body(client: client, version: version, version_code: revision, target: target, profile: profile)
        // Its neighbours, not every third of them, would be of one program.
        var wanted: [String: String] = [:]
        for (name, version) in packages.enumerated().filter({ $0.offset % 3 == 0 }).map(\.element) {
            wanted[name] = wanted.isEmpty ? firstVersion ?? version : version
            body.packages_versions = wanted
            if try Self.json(body).utf8.count >= Self.requestBytes { break }
        }
        return try Self.json(body)
    }

    /// A request's body with so many packages, at most 200, the last of them with the name and version given; with
    /// another `client` it is still the same build.
    func requestBody(
        client: String = "owut/2025.1",
        lastVersion: String? = nil,
        unknown: String? = nil,
        packages count: Int,
        withVersions: Bool = true
    ) throws -> String {
        var body = Body(client: client, version: version, version_code: revision, target: target, profile: profile)
        var wanted = packages.prefix(count).map { (name: $0.name, version: $0.version) }
        if let unknown { wanted[wanted.count - 1].name = unknown }
        if let lastVersion { wanted[wanted.count - 1].version = lastVersion }
        body.packages = withVersions ? nil : wanted.map(\.name)
        body.packages_versions =
            withVersions ? Dictionary(wanted.map { ($0.name, $0.version) }) { first, _ in first } : nil
        return try Self.json(body)
    }

    private struct Result: Encodable {
        struct Image: Encodable {
            var filesystem = "squashfs"
            var name: String
            var sha256 = String(repeating: "0123456789abcdef", count: 4)
            var type: String
        }

        var request: BuildRequestBody
        var detail = "done"
        var status = 200
        var images: [Image] = []
        var manifest: [String: String] = [:]
    }

    /// The answer to ``requestBody(firstVersion:)``.
    func resultBody() throws -> String {
        let request = try JSONDecoder().decode(BuildRequestBody.self, from: Data(requestBody().utf8))
        var result = Result(request: request)
        for type in ["combined", "combined-efi", "rootfs"] {
            result.images.append(
                Result.Image(name: "openwrt-\(version)-0123456789ab-\(profile)-\(type).img.gz", type: type)
            )
        }
        for (name, version) in packages {
            result.manifest[name] = version
            if try Self.json(result).utf8.count >= Self.resultBytes { break }
        }
        return try Self.json(result)
    }

    /// The hash and job of a request.
    func job(_ body: String) throws -> (hash: RequestHash, job: BuildJob) {
        let body = try JSONDecoder().decode(BuildRequestBody.self, from: Data(body.utf8))
        let request = try BuildRequest(body, limits: .admitted)
        let job = BuildJob(request: request, profile: request.profile, architecture: architecture, revision: revision)
        return (RequestHash(request), job)
    }
}
