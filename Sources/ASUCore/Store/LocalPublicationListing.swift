internal import Foundation
internal import Synchronization

/// Walks the folders of a local store, one open folder a level: its memory doesn't grow with the store.
final class LocalPublicationListing: PublicationListing {
    private final class Level {
        let folder: FolderHandle
        let name: String

        init(_ folder: consuming FolderHandle, name: String) {
            self.folder = folder
            self.name = name
        }
    }

    private let root: String
    /// The way to where the walk is; `nil` before it began.
    private let levels = Mutex<[Level]?>(nil)

    init(root: String) {
        self.root = root
    }

    func next(_ limit: Int) async throws -> [StoredPublication] {
        try await LocalArtifactStore.blocking(root) { [self] in
            try levels.withLock { try Self.read(limit, root: root, &$0) }
        }
    }

    private static func read(_ limit: Int, root: String, _ levels: inout [Level]?) throws -> [StoredPublication] {
        var way: [Level]
        if let begun = levels {
            way = begun
        } else {
            guard let folder = try FolderHandle(path: root) else { return [] }
            way = [Level(folder, name: "")]
        }
        defer { levels = way }
        var found: [StoredPublication] = []
        while found.count < limit, let level = way.last {
            guard let name = try level.folder.next() else {
                way.removeLast()
                continue
            }
            // What isn't called like a part of a publication's path belongs to somebody else.
            guard ArtifactName.isValid(name), let folder = try level.folder.folder(name) else { continue }
            guard way.count == PublicationPath.depth else {
                way.append(Level(folder, name: name))
                continue
            }
            let text = (way.dropFirst().map(\.name) + [name]).joined(separator: "/")
            guard let path = PublicationPath(text) else { continue }
            found.append(StoredPublication(path: path, bytes: try folder.bytes(), modified: try folder.modified()))
        }
        return found
    }
}
