/// The names of the statistics' keys in Redis; each ends by itself when nobody asks for it any more.
///
/// - `asu:stats:day:<YYYY-MM-DD>`: hash of counts by kind (``Count``) and of finished builds by hour (`built-13`).
/// - `asu:stats:week:<Monday>`: sorted set of versions by finished builds.
/// - `asu:stats:packages:<day>` and `...:<day>:<branch>`: sorted sets of packages by requests.
/// - `asu:stats:profiles:<day>`, `asu:stats:clients:<day>`: sorted sets of `version target profile` and of clients.
/// - `asu:stats:errors`: list of the last failures, newest first.
///
/// What a monitoring system reads only ever grows, so these stay; the number of their fields is bounded, and what finds
/// no place any more is counted under ``other``:
///
/// - `asu:totals`: hash of counts by kind.
/// - `asu:totals:builds`, `asu:totals:failures`: hashes of finished builds by `version target`.
/// - `asu:totals:clients`: hash of requests by client.
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
    /// Most pairs of version and target that are told apart in totals.
    static let maxPlaces = 5000
    /// Most clients that are told apart in totals: their names are free text of strangers.
    static let maxClients = 200
    /// Stands for all that found no place.
    package static let other = "other"
    static let daySeconds: Int64 = 40 * 86_400
    static let weekSeconds: Int64 = 27 * 7 * 86_400

    let prefix: String
    let errors: String
    let totals: String
    let totalBuilds: String
    let totalFailures: String
    let totalClients: String

    package init(prefix: String = "asu") {
        self.prefix = "\(prefix):stats:"
        errors = "\(prefix):stats:errors"
        totals = "\(prefix):totals"
        totalBuilds = "\(prefix):totals:builds"
        totalFailures = "\(prefix):totals:failures"
        totalClients = "\(prefix):totals:clients"
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
