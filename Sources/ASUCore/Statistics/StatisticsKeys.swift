/// The names of the statistics' keys in Redis; each ends by itself when nobody asks for it any more.
///
/// - `asu:stats:day:<YYYY-MM-DD>`: hash of counts by kind (``Count``) and of finished builds by hour (`built-13`).
/// - `asu:stats:week:<Monday>`: sorted set of versions by finished builds.
/// - `asu:stats:packages:<day>` and `...:<day>:<branch>`: sorted sets of packages by requests.
/// - `asu:stats:profiles:<day>`, `asu:stats:clients:<day>`: sorted sets of `version target profile` and of clients.
/// - `asu:stats:errors`: list of the last failures, newest first.
package struct StatisticsKeys: Sendable {
    /// The kinds that a day counts: requests are hits and misses, misses are successes and failures.
    package enum Count: String, Sendable, CaseIterable {
        case requests
        case cacheHits = "cache-hits"
        case cacheMisses = "cache-misses"
        case successes
        case failures
    }

    /// Most failures that are kept.
    package static let maxErrors = 500
    /// Most members of a sorted set: names come from clients, and nobody asks for the rarest.
    static let maxMembers = 20_000
    static let daySeconds: Int64 = 40 * 86_400
    static let weekSeconds: Int64 = 27 * 7 * 86_400

    let prefix: String
    let errors: String

    package init(prefix: String = "asu") {
        self.prefix = "\(prefix):stats:"
        errors = "\(prefix):stats:errors"
    }

    func day(_ day: Day) -> String { "\(prefix)day:\(day)" }

    func week(_ day: Day) -> String { "\(prefix)week:\(day.monday)" }

    func packages(_ day: Day, branch: String?) -> String {
        "\(prefix)packages:\(day)" + (branch.map { ":\($0)" } ?? "")
    }

    func profiles(_ day: Day) -> String { "\(prefix)profiles:\(day)" }

    func clients(_ day: Day) -> String { "\(prefix)clients:\(day)" }

    /// A union that is kept for a minute.
    func top(branch: String?) -> String { "\(prefix)top:\(branch ?? "")" }
}
