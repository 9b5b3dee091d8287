/// What the operator allows in a well-formed request; checked by the server, and again by the worker.
package struct RequestPolicy: Sendable {
    package let allowsDefaults: Bool
    /// A repository passes if it is one of these or lies below one; an empty list allows none.
    package let allowedRepositories: [RepositoryURL]

    package init(allowsDefaults: Bool, allowedRepositories: [RepositoryURL]) {
        self.allowsDefaults = allowsDefaults
        self.allowedRepositories = allowedRepositories
    }

    /// - Throws: ``RequestRefusal`` for the first thing that isn't allowed.
    package func check(_ request: BuildRequest) throws(RequestRefusal) {
        if request.defaults != nil && !allowsDefaults { throw .defaultsNotEnabled }
        for repository in request.repositories
        where !allowedRepositories.contains(where: { repository.url.isAtOrBelow($0) }) {
            throw .repositoryNotAllowed(repository.url)
        }
    }
}
