/// A kind of request that the load generator sends.
struct RequestKind: Sendable {
    enum Body: Sendable {
        case none
        case fixed(String)
        /// Unique in each request: a number stands between both parts.
        case numbered(String, String)
    }

    let name: String
    let method: String
    let path: String
    var body = Body.none
    var headers: [String: String] = [:]
    /// The status that every answer must have.
    let status: Int
    /// Whether it is what others of its method are compared with.
    var isHello = false

    /// Whether its load comes from ``HeadLoad``.
    var isHead: Bool { method == "HEAD" }

    /// A body as it is sent, the first one if they are numbered.
    var sampleBody: String? {
        switch body {
        case .none: nil
        case .fixed(let text): text
        case .numbered(let start, let end): "\(start)0\(end)"
        }
    }

    /// The script for wrk; numbers begin anywhere, so that another run has others.
    var script: String {
        var lines = ["wrk.method = '\(method)'", "wrk.path = '\(path)'"]
        if sampleBody != nil { lines.append("wrk.headers['Content-Type'] = 'application/json'") }
        for (name, value) in headers { lines.append("wrk.headers['\(name)'] = '\(value)'") }
        switch body {
        case .none: break
        case .fixed(let text): lines.append("wrk.body = [==[\(text)]==]")
        case .numbered(let start, let end):
            lines += [
                "local number, start, rest = \(Int.random(in: 1...999)) * 1000000, [==[\(start)]==], [==[\(end)]==]",
                "request = function()",
                "  number = number + 1",
                "  return wrk.format(nil, nil, nil, start .. string.format('%d', number) .. rest)",
                "end",
            ]
        }
        lines += [
            "done = function(summary, latency)",
            "  local e = summary.errors",
            "  io.write(string.format('result %d %d %d %d %d %d\\n', summary.requests, summary.duration,",
            "    latency:percentile(50), latency:percentile(99), e.status, e.connect + e.read + e.write + e.timeout))",
            "end",
        ]
        return lines.joined(separator: "\n") + "\n"
    }
}
