import ASUCore
import Foundation
import NIOCore
import Synchronization

/// The JSON tree below `/json/v1/`, made from the catalog; upstream is never asked.
///
/// Each document is encoded at its first request and kept, up to a bound. Documents are kept under the names of the
/// blobs that they are made of, so that a change of the catalog makes new ones and leaves the rest.
final class Documents: Sendable {
    private let catalog: Catalog
    private let overview: OverviewDocument
    private let cache: ByteBoundedCache
    /// The three small ones, for the generation that they belong to.
    private let summaries = Mutex<(generation: Int64, documents: [DocumentPath: Document])>((-1, [:]))

    /// - Parameters:
    ///   - catalog: What they are made of.
    ///   - overview: Makes the three that tell of the whole server.
    ///   - maxBytes: Bound on the documents in memory.
    init(catalog: Catalog, overview: OverviewDocument, maxBytes: Int = 16 << 20) {
        self.catalog = catalog
        self.overview = overview
        cache = ByteBoundedCache(maxBytes: maxBytes)
    }

    /// The document at a path.
    ///
    /// - Parameters:
    ///   - path: What is asked for.
    ///   - isOldTree: Whether it is asked for below `/json/`, where auc 0.1 did, instead of `/json/v1/`.
    /// - Returns: The document, or `nil` if the catalog knows no such version, target or architecture.
    /// - Throws: ``CatalogError``, ``RedisError`` if the catalog can't be read.
    func document(_ path: DocumentPath, isOldTree: Bool = false) async throws -> Document? {
        let snapshot = catalog.current
        switch path {
        case .overview, .branches, .latest:
            return try summary(path, snapshot)
        case .targetIndex(let version, let target):
            guard let record = snapshot.manifests[version]?.targets[target.description], let indexes = record.indexes
            else { return nil }
            return try await packages(indexes, "target \(record.architecture)") {
                IndexDocument.encode($0, architecture: record.architecture)
            }
        case .architectureIndex(let version, let architecture):
            guard let feeds = snapshot.manifests[version]?.feeds[architecture] else { return nil }
            return try await packages(feeds, "architecture") { IndexDocument.encode($0, architecture: nil) }
        case .profile(let version, let target, let profile):
            guard let record = snapshot.manifests[version]?.targets[target.description] else { return nil }
            // Names that nobody has aren't kept: there is no end of them.
            guard try await catalog.profiles(record).resolve(profile) == profile else { return try Document("{}") }
            return try await cache.value("profile \(isOldTree) \(record.document) \(profile)") { [catalog] in
                let fields = try await catalog.document(record)
                let document = try Document(ProfileDocument.encode(fields, profile: profile, isOldForm: isOldTree))
                return (document, document.size)
            }
        }
    }

    private func summary(_ path: DocumentPath, _ snapshot: Catalog.Snapshot) throws -> Document {
        if let known = summaries.withLock({ $0.generation == snapshot.generation ? $0.documents[path] : nil }) {
            return known
        }
        let (overview, branches, latest) = try (
            Document(overview.overview(snapshot)), Document(overview.branches(snapshot)),
            Document(overview.latest(snapshot))
        )
        summaries.withLock {
            $0 = (snapshot.generation, [.overview: overview, .branches: branches, .latest: latest])
        }
        switch path {
        case .branches: return branches
        case .latest: return latest
        default: return overview
        }
    }

    private func packages(
        _ indexes: [String: VersionManifest.Index],
        _ kind: String,
        _ encode: @escaping @Sendable ([PackageTable]) -> [UInt8]
    ) async throws -> Document {
        let list = indexes.sorted { $0.key < $1.key }.map(\.value)
        return try await cache.value("\(kind) \(list.map(\.tableName).joined(separator: " "))") { [catalog] in
            var tables: [PackageTable] = []
            for index in list { tables.append(try await catalog.packages(index)) }
            let document = try Document(encode(tables))
            return (document, document.size)
        }
    }
}
