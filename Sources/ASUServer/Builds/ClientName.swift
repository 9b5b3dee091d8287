/// Who asks, taken from the User-Agent where the request's body doesn't say.
struct ClientName {
    /// `auc/0.3.2`, `owut/2025.1`, or `unknown/0`.
    let text: String

    /// - Parameter userAgent: `auc (0.3.1)` and `auc/0.3.2-1` both occur; anything but auc and owut is unknown.
    init(userAgent: String?) {
        // Printable ASCII only: it is counted in bytes later, and ends in logs.
        let agent = String(
            decoding: (userAgent ?? "").utf8.filter { (0x20...0x7E).contains($0) }.prefix(60),
            as: UTF8.self
        )
        if agent.hasPrefix("auc (") {
            text = "auc/" + agent.dropFirst(5).prefix { $0 != ")" }
        } else if agent.hasPrefix("auc/") || agent.hasPrefix("owut/") {
            text = agent
        } else {
            text = "unknown/0"
        }
    }
}
