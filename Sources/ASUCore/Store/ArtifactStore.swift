/// Where built images lie for clients to download.
package protocol ArtifactStore: Sendable {
    /// Makes an empty folder to put a publication's files in; nothing in it can be downloaded yet.
    ///
    /// - Returns: The folder's path.
    /// - Throws: ``ArtifactStoreError``.
    func stage(_ publication: PublicationPath) async throws -> String

    /// Makes all staged files downloadable under the publication's path, at once.
    ///
    /// - Throws: ``ArtifactStoreError``.
    func publish(_ publication: PublicationPath, staged: String) async throws

    /// Removes a staged folder or a publication, if it is there.
    ///
    /// - Throws: ``ArtifactStoreError``.
    func discard(_ publication: PublicationPath, staged: String) async throws

    /// Walks over everything that is published; what isn't the path of a publication is passed over.
    func publications() -> any PublicationListing

    /// Removes a publication, if it is there: all of its files are gone for clients at once.
    ///
    /// - Returns: The bytes of its files.
    /// - Throws: ``ArtifactStoreError``.
    func remove(_ publication: PublicationPath) async throws -> Int64

    /// What is staged, by any worker, and left of removals; at most `limit`.
    ///
    /// - Throws: ``ArtifactStoreError``.
    func staged(limit: Int) async throws -> [StagedPublication]

    /// Removes a staged folder that its worker left behind, if it is there.
    ///
    /// - Throws: ``ArtifactStoreError``.
    func remove(_ staged: StagedPublication) async throws
}
