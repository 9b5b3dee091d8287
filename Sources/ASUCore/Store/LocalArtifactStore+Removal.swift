internal import Foundation

extension LocalArtifactStore {
    package func publications() -> any PublicationListing { LocalPublicationListing(root: root) }

    package func remove(_ publication: PublicationPath) async throws -> Int64 {
        let (root, incoming) = (root, incoming)
        return try await Self.blocking(root + "/" + publication.description) {
            try Self.remove(publication, root: root, incoming: incoming)
        }
    }

    package func staged(limit: Int) async throws -> [StagedPublication] {
        let incoming = incoming
        return try await Self.blocking(incoming) {
            var found: [StagedPublication] = []
            guard let folder = try FolderHandle(path: incoming) else { return found }
            while found.count < limit, let name = try folder.next() {
                guard let claim = Self.claim(name), let staged = try folder.folder(name) else { continue }
                found.append(StagedPublication(name: name, claim: claim, modified: try staged.modified()))
            }
            return found
        }
    }

    package func remove(_ staged: StagedPublication) async throws {
        let path = incoming + "/" + staged.name
        guard Self.claim(staged.name) == .some(staged.claim) else {
            throw ArtifactStoreError(.failed, path: path, reason: "not the name of a staged folder")
        }
        try await Self.blocking(path) { try Self.removeTree(path) }
    }

    /// What a name in the staging folder says: `<hash>~<id>`, and behind it `.removed` if it is to be removed.
    ///
    /// - Returns: `nil` if it is somebody else's, `.some(nil)` if it is to be removed.
    private static func claim(_ name: String) -> StagedPublication.Claim?? {
        let isDoomed = name.hasSuffix(doomed)
        let parts = name.dropLast(isDoomed ? doomed.utf8.count : 0).split(
            separator: "~",
            omittingEmptySubsequences: false
        )
        guard parts.count == 2, let hash = RequestHash(parts[0]), let token = PublicationPath.token(parts[1]) else {
            return nil
        }
        return .some(isDoomed ? nil : StagedPublication.Claim(hash: hash, token: token))
    }

    private static let doomed = ".removed"

    /// Moves the publication out of what clients see, removes it there, and then the folders that it leaves empty.
    private static func remove(_ publication: PublicationPath, root: String, incoming: String) throws -> Int64 {
        let parts = publication.description.split(separator: "/").map(String.init)
        var bytes: Int64 = 0
        // Where a folder on the way is a link, the publication isn't in the store.
        try descend(root, parts.dropLast()) { parent in
            guard let folder = try parent.folder(parts[parts.count - 1]) else { return }
            bytes = try folder.bytes()
            let target = incoming + "/" + publication.flattened + doomed
            try FileManager.default.createDirectory(atPath: incoming, withIntermediateDirectories: true)
            try removeTree(target)
            guard try parent.move(parts[parts.count - 1], to: target) else {
                bytes = 0
                return
            }
            try removeTree(target)
        }
        for count in stride(from: parts.count - 1, to: 0, by: -1) {
            var isGone = true
            try descend(root, parts.prefix(count - 1)) { isGone = $0.removeIfEmpty(parts[count - 1]) }
            guard isGone else { break }
        }
        return bytes
    }

    /// Runs `body` with the folder that `parts` lead to, if it is there.
    private static func descend(
        _ root: String,
        _ parts: some Sequence<String>,
        _ body: (borrowing FolderHandle) throws -> Void
    ) throws {
        guard var folder = try FolderHandle(path: root) else { return }
        for part in parts {
            guard let next = try folder.folder(part) else { return }
            folder = next
        }
        try body(folder)
    }

    /// Removes a folder with all it holds; links in it are removed, not followed.
    static func removeTree(_ path: String) throws {
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch let error as CocoaError where error.code == .fileNoSuchFile {
            return
        }
    }
}
