/// The folder of one publication, relative to the store: `<version>/<target>/<subtarget>/<profile>/<request hash>/<id>`.
///
/// The id is new for each claim of a job, so that a published folder never changes and a late worker can't touch a newer
/// one's files.
package struct PublicationPath: Sendable, Hashable, CustomStringConvertible {
    package let description: String

    /// - Parameters:
    ///   - job: What was built.
    ///   - hash: Its request's hash.
    ///   - token: The claim's fencing token, which no other claim has.
    package init(job: BuildJob, hash: RequestHash, token: Int64) {
        let request = job.request
        description = "\(request.version)/\(request.target)/\(job.profile)/\(hash)/\(token)"
    }

    /// Hash and id as one name, for a staging folder; the whole path could be longer than a name may be.
    var flattened: String { description.split(separator: "/").suffix(2).joined(separator: "~") }
}
