package import Foundation

/// A publication as it was found in the store.
package struct StoredPublication: Sendable, Equatable {
    /// Where it lies.
    package let path: PublicationPath
    /// The sizes of its files, in bytes.
    package let bytes: Int64
    /// When it was published or changed last, by the store's clock.
    package let modified: Date

    /// Creates one.
    package init(path: PublicationPath, bytes: Int64, modified: Date) {
        self.path = path
        self.bytes = bytes
        self.modified = modified
    }
}

/// A folder that was staged and neither published nor discarded so far.
package struct StagedPublication: Sendable, Equatable {
    /// What the store calls it.
    package let name: String
    /// The request's hash and the claim's token; `nil` for what is left of a removal, which nobody needs any more.
    package let claim: Claim?
    /// When it was changed last, by the store's clock.
    package let modified: Date

    /// A claim of a job.
    package struct Claim: Sendable, Equatable {
        package let hash: RequestHash
        package let token: Int64

        /// Creates one.
        package init(hash: RequestHash, token: Int64) {
            self.hash = hash
            self.token = token
        }
    }

    /// Creates one.
    package init(name: String, claim: Claim?, modified: Date) {
        self.name = name
        self.claim = claim
        self.modified = modified
    }
}

/// A walk over everything that is published, page by page, in no order.
///
/// What is published or removed during the walk may or may not appear.
package protocol PublicationListing: Sendable {
    /// The next publications, at least one and at most `limit`; none at the end.
    ///
    /// - Throws: ``ArtifactStoreError``.
    func next(_ limit: Int) async throws -> [StoredPublication]
}
