import ASUCore
import Testing

struct UpstreamErrorTests {
    @Test func reason_whatUpstreamSays_isOneShortLine() {
        let hostile = "a\nb\u{1B}[2J\u{7F}\u{2028}\u{202E}\u{E4}"
        let error = UpstreamError(.malformed, url: "u", reason: hostile)
        #expect("\(error)" == #"u: a\nb\u{1B}[2J\u{7F}\u{2028}\u{202E}"# + "\u{E4}")
        let long = UpstreamError(.malformed, url: "u", reason: String(repeating: "k", count: 100_000))
        #expect(long.reason == String(repeating: "k", count: 500) + "...")
    }

    @Test(arguments: [
        #"{"packages":{"a\nb":1}}"#, #"{"packages":{"\u001b[2J":null}}"#,
        "{\"packages\":{\"\(String(repeating: "k", count: 9999))\":1}}",
    ])
    func description_keyOfAnIndex_cannotForgeALine(json: String) {
        let error = #expect(throws: UpstreamError.self) {
            try PackageIndex(json: Array(json.utf8), url: "u")
        }
        #expect(error?.description.utf8.allSatisfy { $0 >= 32 } == true)
        #expect(error?.description.utf8.count ?? 0 < 1000)
    }
}
