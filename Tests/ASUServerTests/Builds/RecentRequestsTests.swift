import ASUCore
import NIOCore
import Testing

@testable import ASUServer

@Suite struct RecentRequestsTests {
    private static let limits = RequestLimits(maxDefaultsLength: 100, maxRootfsSizeMB: 100)

    private static func json(_ profile: String) -> ByteBuffer {
        ByteBuffer(string: #"{"version":"23.05.5","target":"ath79/generic","profile":"\#(profile)"}"#)
    }

    @Test func parse_sameBodyTwice_isTheSameRequest() throws {
        let recent = RecentRequests()
        let first = try recent.parse(json: Self.json("a"), client: nil, limits: Self.limits)
        let second = try recent.parse(json: Self.json("a"), client: nil, limits: Self.limits)
        #expect(first.hash == second.hash && first.request == second.request)
        #expect(try recent.parse(json: Self.json("b"), client: nil, limits: Self.limits).hash != first.hash)
    }

    @Test func parse_otherFallbackClient_hasItsOwnEntry() throws {
        let recent = RecentRequests()
        let one = try recent.parse(json: Self.json("a"), client: "auc/1", limits: Self.limits)
        let two = try recent.parse(json: Self.json("a"), client: "auc/2", limits: Self.limits)
        #expect(one.request.client == "auc/1")
        #expect(two.request.client == "auc/2")
        #expect(one.hash == two.hash)
    }

    @Test func parse_refusedBody_staysRefused() {
        let recent = RecentRequests()
        for _ in 0..<3 {
            #expect(throws: ValidationError.self) {
                try recent.parse(json: Self.json("a b"), client: nil, limits: Self.limits)
            }
        }
    }

    @Test func parse_moreThanFits_goesOnParsing() throws {
        let recent = RecentRequests()
        for number in 0..<12_000 {
            let entry = try recent.parse(json: Self.json("device-\(number)"), client: nil, limits: Self.limits)
            #expect(entry.request.profile.text == "device-\(number)")
        }
        let again = try recent.parse(json: Self.json("device-0"), client: nil, limits: Self.limits)
        #expect(again.request.profile.text == "device-0")
    }
}
