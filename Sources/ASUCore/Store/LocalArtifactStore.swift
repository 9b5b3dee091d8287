internal import Foundation

/// Artifacts in a folder of this host, or one that all hosts share.
package struct LocalArtifactStore: ArtifactStore {
    /// The folder that clients see as `/store/`.
    package let root: String
    /// Beside it and in the same file system, so that publishing and removing are one rename.
    let incoming: String

    /// - Parameter publicPath: The setting `public_path`.
    package init(publicPath: String) {
        root = publicPath + "/store"
        incoming = publicPath + "/incoming"
    }

    package func stage(_ publication: PublicationPath) async throws -> String {
        let path = incoming + "/" + publication.flattened
        return try await Self.blocking(path) {
            if FileManager.default.fileExists(atPath: path) { try FileManager.default.removeItem(atPath: path) }
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            return path
        }
    }

    package func publish(_ publication: PublicationPath, staged: String) async throws {
        let (root, path) = (root, root + "/" + publication.description)
        try await Self.blocking(path) {
            try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
            let parents = publication.description.split(separator: "/").dropLast()
            // A parent, empty as yet, may be removed again before the rename.
            for attempt in 1...Self.publishAttempts {
                var parent = root
                for part in parents {
                    parent += "/" + part
                    // What else goes wrong here, the rename tells.
                    mkdir(parent, 0o777)
                }
                if rename(staged, path) == 0 { return }
                let failure = errno
                guard failure == ENOENT, attempt < Self.publishAttempts else {
                    throw POSIXError(POSIXErrorCode(rawValue: failure) ?? .EIO)
                }
            }
        }
    }

    /// Many, as one takes some microseconds, and whoever removes the parents does no more than that either.
    private static let publishAttempts = 10_000

    package func discard(_ publication: PublicationPath, staged: String) async throws {
        try await Self.blocking(staged) { try Self.removeTree(staged) }
        _ = try await remove(publication)
    }

    static func blocking<Value: Sendable>(
        _ path: String,
        _ body: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        do {
            return try await BlockingWork.run(body)
        } catch let error as CocoaError where error.code == .fileWriteOutOfSpace {
            throw ArtifactStoreError(.diskFull, path: path, reason: "the disk is full; free some space")
        } catch let error as POSIXError where error.code == .ENOSPC {
            throw ArtifactStoreError(.diskFull, path: path, reason: "the disk is full; free some space")
        } catch {
            throw ArtifactStoreError(.failed, path: path, reason: error.localizedDescription)
        }
    }
}
