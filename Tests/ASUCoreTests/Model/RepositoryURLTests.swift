import ASUCore
import Testing

struct RepositoryURLTests {
    @Test(arguments: [
        ("https://example.org", "https://example.org/"),
        ("HTTPS://Example.ORG:443//a///b/", "https://example.org/a/b"),
        ("http://example.org:80/a", "http://example.org/a"),
        ("http://example.org:8080/A", "http://example.org:8080/A"),
        ("https://example.org:080/", "https://example.org:80/"),
        ("http://127.0.0.1:1/x", "http://127.0.0.1:1/x"),
        ("http://[::1]/x", "http://[::1]/x"),
        ("http://[2001:DB8::1]:8080/x", "http://[2001:db8::1]:8080/x"),
        ("https://example.org/~u/a+b,c=d@e:1/f_g-h.i", "https://example.org/~u/a+b,c=d@e:1/f_g-h.i"),
        ("https://example.org/...", "https://example.org/..."),
    ])
    func url_accepted_hasOneNormalForm(text: String, normal: String) throws {
        let url = try #require(RepositoryURL(text))
        #expect(url.description == normal)
        #expect(RepositoryURL(normal) == url)
    }

    @Test(arguments: [
        "", "example.org", "//example.org", "ftp://example.org", "file:///etc/passwd", "javascript://a", "https://",
        "https:///a", "https:/example.org", "https://example.org?x", "https://example.org/?x", "https://example.org/#x",
        "https://user@example.org/", "https://user:pw@example.org/", "https://allowed.org@evil.org/",
        "https://example.org:0/", "https://example.org:65536/", "https://example.org:/", "https://example.org:+80/",
        "https://example.org:-1/", "https://example.org:8a/", "https://example.org:\u{661}/", "https://a:1:2/",
        "https://.example.org/", "https://-a/", "https://..", "https://exa_mple.org/", "https://exa mple.org/",
        "https://example.org/.", "https://example.org/..", "https://example.org/a/../b", "https://example.org/a/./b",
        "https://example.org/%2e%2e/", "https://example.org/a%00", "https://example.org/a b", "https://example.org/a\n",
        "https://example.org/\u{0}", "https://example.org/a\\b", "https://example.org/'", "https://example.org/$(id)",
        "https://example.org/;a", "https://example.org/a&b", "https://example.org/\u{E4}", "https://\u{E4}.org/",
        "https://\u{212A}ernel.org/", "https://example.org/\u{301}", "https://example.org\u{FF0F}a",
        "http://[::1", "http://[]/", "http://[::1]x/", "http://[::1%25eth0]/", "http://[::g]/", "http://::1/",
        " https://example.org/", "https://example.org/" + String(repeating: "a", count: 500),
    ])
    func url_notPlain_isRefused(text: String) {
        #expect(RepositoryURL(text) == nil)
    }

    @Test(arguments: [
        "https://example.org/allowed", "https://example.org/allowed/", "https://example.org/allowed/a/b",
        "https://EXAMPLE.org:443//allowed//x",
    ])
    func isAtOrBelow_sameOrDeeper_isTrue(text: String) throws {
        let allowed = try #require(RepositoryURL("https://example.org/allowed"))
        #expect(try #require(RepositoryURL(text)).isAtOrBelow(allowed))
    }

    @Test(arguments: [
        "https://example.org/", "https://example.org/allowed-evil", "https://example.org/Allowed",
        "https://example.org/a/allowed", "http://example.org/allowed", "https://example.org:8443/allowed",
        "https://example.org.evil.org/allowed", "https://evil.org/allowed", "https://example.org/allowe",
    ])
    func isAtOrBelow_elsewhere_isFalse(text: String) throws {
        let allowed = try #require(RepositoryURL("https://example.org/allowed"))
        #expect(try !#require(RepositoryURL(text)).isAtOrBelow(allowed))
    }

    @Test func isAtOrBelow_wholeHost_allowsEveryPath() throws {
        let allowed = try #require(RepositoryURL("https://example.org"))
        #expect(try #require(RepositoryURL("https://example.org/any/thing")).isAtOrBelow(allowed))
        // The way around by `..` never becomes an address at all.
        #expect(RepositoryURL("https://example.org/allowed/../evil") == nil)
    }
}
