/// A parser of what a download server sends, and what must hold of its result whatever the bytes are.
///
/// The raw value is the name of its folder of seeds.
enum FuzzedParser: String, CaseIterable {
    case opkg
    case json
    case profiles
    case versions
    case targets
    case feeds
    case listing
    case sums
    case usign
    case delta
    case table
    case compression
    case range

    func check(_ bytes: [UInt8]) {
        switch self {
        case .opkg: PackageIndexProperties.check(opkg: bytes)
        case .json: PackageIndexProperties.check(json: bytes)
        case .profiles: ProfilesProperties.check(bytes)
        case .versions: VersionsProperties.check(bytes)
        case .targets: TargetsProperties.check(bytes)
        case .feeds: FeedsProperties.check(bytes)
        case .listing: ListingProperties.check(bytes)
        case .sums: SumsProperties.check(bytes)
        case .usign: UsignProperties.check(bytes)
        case .delta: TableProperties.check(indexes: bytes)
        case .table: TableProperties.check(lines: bytes)
        case .compression: CompressionProperties.check(bytes)
        case .range: RangeProperties.check(bytes)
        }
    }

    /// What `parse` makes of bytes; `nil` if it refuses them with a proper error.
    static func parsed<Value>(_ parse: () throws(UpstreamError) -> Value) -> Value? {
        do {
            return try parse()
        } catch {
            require(error.code == .malformed, "a refusal is .malformed, not \(error.code)")
            require(error.description.utf8.count <= 6000, "a refusal fits into a line of the log")
            require(error.description.utf8.allSatisfy { $0 >= 32 }, "a refusal has no control characters")
            return nil
        }
    }
}
