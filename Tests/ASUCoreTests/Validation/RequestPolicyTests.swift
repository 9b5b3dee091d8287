import ASUCore
import Testing

struct RequestPolicyTests {
    private static func check(_ url: String, allowed: [String]) throws -> RequestRefusal? {
        let policy = RequestPolicy(allowsDefaults: false, allowedRepositories: allowed.compactMap { RepositoryURL($0) })
        let request = try SampleRequest.parse { $0.repositories = ["feed": url] }
        do {
            try policy.check(request)
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: ["https://a.example/allowed", "https://a.example/allowed/x", "https://b.example:444/any/thing"])
    func check_atOrBelowAnAllowedAddress_passes(url: String) throws {
        #expect(try Self.check(url, allowed: ["https://a.example/allowed", "https://b.example:444"]) == nil)
    }

    @Test(arguments: [
        "https://a.example/", "https://a.example/allowed-evil", "https://a.example/other", "http://a.example/allowed",
        "https://a.example:8443/allowed", "https://b.example/any",
    ])
    func check_elsewhere_isRefused(url: String) throws {
        let refusal = try Self.check(url, allowed: ["https://a.example/allowed", "https://b.example:444"])
        #expect(refusal == .repositoryNotAllowed(try #require(RepositoryURL(url))))
    }

    @Test func check_emptyList_allowsNone() throws {
        #expect(try Self.check("https://a.example/x", allowed: []) != nil)
    }
}
