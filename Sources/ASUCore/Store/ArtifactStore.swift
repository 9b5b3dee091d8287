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
}
