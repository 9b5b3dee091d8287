import ASUCore
import Testing

@Suite struct RedisURLTests {
    @Test(arguments: [
        ("redis://localhost", "redis://localhost:6379/0"),
        ("redis://localhost/", "redis://localhost:6379/0"),
        ("REDIS://10.0.0.1:6380/3", "redis://10.0.0.1:6380/3"),
        ("redis://[::1]:7000/1", "redis://[::1]:7000/1"),
        ("redis://[fe80::1%eth0]", "redis://[fe80::1%eth0]:6379/0"),
        ("unix:///run/redis.sock", "unix:///run/redis.sock?db=0"),
        ("unix:///run/redis.sock?db=2", "unix:///run/redis.sock?db=2"),
    ])
    func description_ofWellFormed_isCanonical(text: String, expected: String) throws {
        #expect(try RedisURL(text).description == expected)
    }

    @Test func init_login_decodesAndHidesIt() throws {
        let url = try RedisURL("redis://user:p%40ss%2f:x@host")
        #expect(url.username == "user")
        #expect(url.password == "p@ss/:x")
        #expect(url.description == "redis://user:***@host:6379/0")
        #expect(!"\(String(reflecting: url))".contains("p@ss"))

        let plain = try RedisURL("redis://:secret@host/4")
        #expect(plain.username == nil)
        #expect(plain.password == "secret")
        #expect(plain.database == 4)

        let unix = try RedisURL("unix://:secret@/run/r.sock")
        #expect(unix.password == "secret")
        #expect(unix.endpoint == .unix(path: "/run/r.sock"))
    }

    @Test(arguments: [
        "", "localhost", "http://localhost", "redis://", "redis://:6379", "redis://host:0", "redis://host:65536",
        "redis://host:12x", "redis://host/x", "redis://host/-1", "redis://ho st", "redis://[::1", "redis://[host]",
        "redis://::1", "redis://host?db=1", "redis://user@host", "redis://u:%zz@host", "redis://u:%4@host", "unix://",
        "unix://run/redis.sock", "unix:///", "unix:///a?x=1", "unix:///a?db=", "redis://h\u{0}st",
        "redis://" + String(repeating: "a", count: 254), "unix:///" + String(repeating: "a", count: 107),
    ])
    func init_malformed_throwsBadURL(text: String) {
        let error = #expect(throws: RedisError.self) { try RedisURL(text) }
        #expect(error?.code == .badURL)
    }

    @Test func init_malformed_doesNotRepeatThePassword() {
        let error = #expect(throws: RedisError.self) { try RedisURL("redis://user:hunter2@host:99999") }
        #expect(error.map { "\($0)" }?.contains("hunter2") == false)
    }

    @Test func init_rediss_saysWhatToUse() {
        let error = #expect(throws: RedisError.self) { try RedisURL("rediss://host") }
        #expect(error.map { "\($0)" }?.contains("TLS") == true)
        #expect(error.map { "\($0)" }?.contains("redis://") == true)
    }
}
