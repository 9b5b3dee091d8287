/// The folder of one publication, relative to the store: `<version>/<target>/<subtarget>/<profile>/<request hash>/<id>`.
///
/// The id, `<token>-<8 hex digits>`, is new for each claim of a job, so that a published folder never changes and a late
/// worker can't touch a newer one's files; its random digits tell it from those of a Redis that lost its data and counts
/// tokens anew.
package struct PublicationPath: Sendable, Hashable, CustomStringConvertible {
    package let description: String
    /// The hash of the request that was built.
    package let hash: RequestHash
    /// The fencing token of the claim that it was built under.
    package let token: Int64

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
        self.hash = hash
        self.token = token
    }

    /// - Returns: `nil` unless `text` is the path of a publication, each part well formed.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == Self.depth, Version(parts[0]) != nil, Target("\(parts[1])/\(parts[2])") != nil,
            ProfileName(parts[3])?.text == String(parts[3]),
            let hash = RequestHash(parts[4]), let token = Self.token(parts[5])
        else { return nil }
        description = String(text)
        self.hash = hash
        self.token = token
    }

    /// How many folders deep a publication lies in the store.
    static let depth = 6

    /// The version that was built.
    package var version: Substring { part(0) }
    /// The target that was built, `<target>/<subtarget>`.
    package var target: String { "\(part(1))/\(part(2))" }

    private func part(_ index: Int) -> Substring { description.split(separator: "/")[index] }

    /// The token of a publication id, `<token>-<8 hex digits>`.
    static func token(_ id: some StringProtocol) -> Int64? {
        let parts = id.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].utf8.count == 8,
            parts[1].utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) }),
            let token = Int64(parts[0]), token >= 0, String(token) == parts[0]
        else { return nil }
        return token
    }

    /// Hash and id as one name, for a staging folder; the whole path could be longer than a name may be.
    var flattened: String { description.split(separator: "/").suffix(2).joined(separator: "~") }
}
