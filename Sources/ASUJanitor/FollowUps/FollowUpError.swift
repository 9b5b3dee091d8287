/// Why a step of the follow-ups couldn't do all of its work.
enum FollowUpError: Error, CustomStringConvertible {
    /// So many folders can't be removed; why the first of them can't.
    case notRemoved(Int, first: any Error)
    /// The store is so many bytes over its budget, and nothing more may go.
    case overBudget(Int64)

    var description: String {
        switch self {
        case .notRemoved(let count, let first):
            "\(count) folders can't be removed and are tried again next time; the first: \(first)"
        case .overBudget(let bytes):
            "\((bytes + (1 << 20) - 1) >> 20) MB more than store_size_mb, all of it newer than 10 minutes or being "
                + "published; raise store_size_mb, or lower build_ttl and build_ttl_unversioned"
        }
    }

    /// Counts what can't be removed.
    struct Failures {
        private(set) var count = 0
        private var first: (any Error)?

        mutating func add(_ error: any Error) {
            count += 1
            first = first ?? error
        }

        /// - Throws: ``FollowUpError`` if there was any failure.
        func check() throws {
            if let first { throw FollowUpError.notRemoved(count, first: first) }
        }
    }
}
