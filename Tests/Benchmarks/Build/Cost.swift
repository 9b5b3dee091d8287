/// What something took.
struct Cost: Encodable, Sendable {
    var cpuSeconds: Double
    var wallSeconds: Double

    /// The medians of several, each of its own.
    static func median(_ costs: [Cost]) -> Cost {
        Cost(cpuSeconds: costs.map(\.cpuSeconds).median, wallSeconds: costs.map(\.wallSeconds).median)
    }

    static func + (left: Cost, right: Cost) -> Cost {
        Cost(cpuSeconds: left.cpuSeconds + right.cpuSeconds, wallSeconds: left.wallSeconds + right.wallSeconds)
    }
}
