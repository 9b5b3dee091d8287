/// What a request came to in the catalog.
package struct ResolvedRequest: Sendable {
    package let job: BuildJob
    /// What the request asks for that is newer than the catalog, in a line for logs; `nil` if nothing is.
    ///
    /// The build decides about it, and the janitor should look upstream.
    package let unseen: String?
}
