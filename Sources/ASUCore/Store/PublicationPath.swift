/// The folder of one publication, relative to the store: `<version>/<target>/<subtarget>/<profile>/<request hash>/<id>`.
///
/// The id, `<token>-<8 hex digits>`, is new for each claim of a job, so that a published folder never changes and a late
/// worker can't touch a newer one's files; its random digits tell it from those of a Redis that lost its data and counts
/// tokens anew.
package struct PublicationPath: Sendable, Hashable, CustomStringConvertible {
    package let description: String

    /// - Parameters:
    ///   - job: What was built.
    ///   - hash: Its request's hash.
    ///   - token: The claim's fencing token, which no other claim has.
    ///   - salt: What the digits are made from.
    package init(job: BuildJob, hash: RequestHash, token: Int64, salt: UInt32 = .random(in: 0 ... .max)) {
        let request = job.request
        let digits = String(salt, radix: 16)
        let id = "\(token)-\(String(repeating: "0", count: 8 - digits.count))\(digits)"
        description = "\(request.version)/\(request.target)/\(job.profile)/\(hash)/\(id)"
    }

    /// Hash and id as one name, for a staging folder; the whole path could be longer than a name may be.
    var flattened: String { description.split(separator: "/").suffix(2).joined(separator: "~") }
}
