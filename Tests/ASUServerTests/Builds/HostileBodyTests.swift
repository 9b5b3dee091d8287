import ASUCore
import ASUTestSupport
import Testing

extension ServerTests {
    /// Bodies that aren't requests: each gets a 400 that says why, and the server lives on.
    @Suite struct HostileBodyTests {
        /// A case with a short name for the report.
        struct Case: Sendable, CustomTestStringConvertible {
            let name: String
            let body: String
            /// `loc` of the first of `errors`.
            var location: [String] = ["body"]
            var type: String?

            var testDescription: String { name }

            init(_ name: String, _ body: String, _ location: [String] = [], _ type: String? = nil) {
                self.name = name
                self.body = body
                self.location = ["body"] + location
                self.type = type
            }

            /// A request with one field's value replaced by JSON text.
            init(field: String, _ value: String, at location: [String] = [], _ type: String? = nil) {
                var fields = ["version": #""24.10.2""#, "target": #""x86/64""#, "profile": #""generic""#]
                fields[field] = value
                let members = fields.map { #""\#($0.key)":\#($0.value)"# }.joined(separator: ",")
                self.init("\(field) \(value.prefix(40))", "{\(members)}", [field] + location, type)
            }
        }

        private static let bodies: [Case] = [
            Case("empty", "", [], "missing"),
            Case("not JSON", "version=24.10.2", [], "json_invalid"),
            Case("null", "null"),
            Case("a list", "[]", [], "dict_type"),
            Case("a text", #""x""#),
            Case("a number", "1"),
            Case("NaN", "NaN", [], "json_invalid"),
            Case("number out of range", #"{"rootfs_size_mb":1e400}"#, [], "json_invalid"),
            Case("negative number out of range", #"{"rootfs_size_mb":-1e400}"#, [], "json_invalid"),
            Case("two values", "{}{}", [], "json_invalid"),
            Case("unfinished", #"{"version":"24"#, [], "json_invalid"),
            Case("byte order mark alone", "\u{FEFF}", [], "json_invalid"),
            Case("NUL bytes", "\0\0\0\0", [], "json_invalid"),
            Case("nested lists", String(repeating: "[", count: 1000) + String(repeating: "]", count: 1000)),
            Case("open lists", String(repeating: "[", count: 1_000_000), [], "json_invalid"),
            Case("nested maps", String(repeating: #"{"a":"#, count: 1000) + "1" + String(repeating: "}", count: 1000)),
            Case("open maps", String(repeating: #"{"a":"#, count: 100_000), [], "json_invalid"),
            Case("nothing in it", "{}", ["version"], "missing"),
            Case("no target", #"{"version":"24.10.2","profile":"generic"}"#, ["target"], "missing"),
            Case("null version", #"{"version":null,"target":"x86/64","profile":"generic"}"#, ["version"], "missing"),
            Case("control character", "{\"version\":\"a\u{1}b\"}", [], "json_invalid"),
        ]

        private static let fields: [Case] = [
            Case(field: "packages", #""vim tmux""#, "list_type"),
            Case(field: "packages", "{}", "list_type"),
            Case(field: "packages", "[1]", at: ["0"], "string_type"),
            Case(field: "packages", #"["a","b",null]"#, at: ["2"], "string_type"),
            Case(field: "packages", #"[["a"]]"#, at: ["0"], "string_type"),
            Case(field: "packages", #"["a b"]"#, at: ["0"]),
            Case(field: "packages", #"["$(id)"]"#, at: ["0"]),
            Case(field: "packages", #"["a\u0000b"]"#, at: ["0"]),
            Case(field: "packages", #"["../../etc"]"#, at: ["0"]),
            Case(field: "packages", #"["\#(String(repeating: "a", count: 101))"]"#, at: ["0"]),
            Case(field: "packages", "[\(Array(repeating: "\"a\"", count: 1001).joined(separator: ","))]", "too_long"),
            Case(field: "packages_versions", "[]", "dict_type"),
            Case(field: "packages_versions", #"{"a":1}"#, at: ["a"], "string_type"),
            Case(field: "packages_versions", #"{"a":"1 2"}"#, at: ["a"]),
            Case(field: "packages_versions", #"{"-a":"1"}"#),
            Case(field: "packages_versions", #"{"e\u0301":"1","\u00e9":"2"}"#),
            Case(field: "version", "24.10", "string_type"),
            Case(field: "version", #""../24""#),
            Case(field: "version", #""24.10.2\n""#),
            Case(field: "version_code", #""r1;reboot""#),
            Case(field: "target", #""x86""#),
            Case(field: "target", #""x86/64/../..""#),
            Case(field: "target", "{}", "string_type"),
            Case(field: "profile", "[]", "string_type"),
            Case(field: "profile", #""a/b""#),
            Case(field: "profile", #""""#),
            Case(field: "distro", #""debian""#),
            Case(field: "diff_packages", #""true""#, "bool_type"),
            Case(field: "diff_packages", "1", "bool_type"),
            Case(field: "rootfs_size_mb", "0", "greater_than_equal"),
            Case(field: "rootfs_size_mb", "-5", "greater_than_equal"),
            Case(field: "rootfs_size_mb", "1025", "less_than_equal"),
            Case(field: "rootfs_size_mb", "1e18", "less_than_equal"),
            Case(field: "rootfs_size_mb", "1e19", "int_type"),
            Case(field: "rootfs_size_mb", "9223372036854775808", "int_type"),
            Case(field: "rootfs_size_mb", "99999999999999999999999999999999999999999999", "int_type"),
            Case(field: "rootfs_size_mb", "1.5", "int_type"),
            Case(field: "rootfs_size_mb", #""100""#, "int_type"),
            Case(field: "rootfs_size_mb", "true", "int_type"),
            Case(field: "filesystem", #""tmpfs""#, "enum"),
            Case(field: "filesystem", "5", "string_type"),
            Case(field: "defaults", "[]", "string_type"),
            Case(field: "defaults", #""\u0000""#),
            Case(field: "defaults", "\"\(String(repeating: "\u{20AC}", count: 7000))\"", "string_too_long"),
            Case(field: "repositories", "[]", "dict_type"),
            Case(field: "repositories", #"{"a":null}"#, at: ["a"], "string_type"),
            Case(field: "repositories", #"{"a":"file:///etc"}"#),
            Case(field: "repositories", #"{"a b":"https://example.org/"}"#),
            Case(field: "repositories_mode", #""both""#, "enum"),
            Case(field: "repository_keys", #"["nonsense"]"#, at: ["0"]),
            Case(field: "client", "\"\(String(repeating: "c", count: 101))\"", "string_too_long"),
            Case(field: "client", "7", "string_type"),
        ]

        @Test(arguments: bodies + fields)
        func body_refused(_ sample: Case) async throws {
            let running = try #require(RunningServer.shared)
            let reply = try await running.send("/api/v1/build", .post, body: sample.body)
            reply.expectError(400)
            let first = try #require(reply.json["errors"]?.array?.first?.object, "\(reply.text)")
            #expect(first["loc"] == .array(sample.location.map(JSONValue.string)), "\(reply.text)")
            #expect(first["msg"]?.string?.isEmpty == false)
            if let type = sample.type { #expect(first["type"] == .string(type), "\(reply.text)") }
            #expect(reply.detail?.hasPrefix("Invalid request") == true)
            #expect(reply.body.count < 10_000)
        }

        @Test(arguments: [#""\ud800""#, #""\udc00\ud800""#, #""\ud800x""#])
        func loneSurrogates_refused(_ text: String) async throws {
            let running = try #require(RunningServer.shared)
            for field in ["version", "client", "defaults"] {
                let sample = Case(field: field, text)
                try await running.send("/api/v1/build", .post, body: sample.body).expectError(400)
            }
            try await running.send("/api/v1/build", .post, body: "{\(text):1}").expectError(400)
            // What isn't known isn't read.
            let unknown = try await running.send("/api/v1/build", .post, body: Case(field: "unknown", text).body)
            #expect([202, 400].contains(unknown.status), "\(unknown.text)")
        }

        @Test func notUTF8_refused() async throws {
            let running = try #require(RunningServer.shared)
            let raw = running.raw
            for bytes in [
                [0xFF, 0xFE, 0x7B], [0xC3, 0x28], [0x22, 0xED, 0xA0, 0x80, 0x22], [0x00, 0x00, 0xFE, 0xFF],
            ] as [[UInt8]] {
                let reply = try await raw.request("POST /api/v1/build", body: bytes)
                #expect(reply.status == 400, "\(reply.text)")
                #expect(reply.text.contains(#""errors":["#), "\(reply.text)")
            }
        }

        @Test func manyFaults_areCounted() async throws {
            let running = try #require(RunningServer.shared)
            let reply = try await running.post(.request(["packages": .array(Array(repeating: "a b", count: 900))]))
            reply.expectError(400)
            #expect(reply.json["errors"]?.array?.count == 20)
        }

        @Test func bodyOver2MB_is413() async throws {
            let running = try #require(RunningServer.shared)
            let body = String(repeating: " ", count: 3 << 20)
            try await running.send("/api/v1/build", .post, body: body).expectError(413)
            let raw = running.raw
            let chunked = try await raw.postChunked("/api/v1/build", Array(body.utf8), chunk: 64 << 10)
            #expect(chunked.status == 413)
            #expect(chunked.text.contains(#""status":413"#))
        }

        @Test func nulls_andUnknownKeys_areAccepted() async throws {
            let running = try await RunningServer.current()
            let plain = try await running.enqueue(.request())
            var fields: [String: JSONValue] = [
                "sysupgrade": [["a": .number(1.5)]], "x": .null, "": "", "advanced": true,
            ]
            for name in BuildRequestBody.CodingKeys.allCases.map(\.rawValue)
            where !["version", "target", "profile"].contains(name) { fields[name] = .null }
            #expect(try await running.enqueue(.request(fields)) == plain)
            let deep = String(repeating: "[", count: 400) + "1e400" + String(repeating: "]", count: 400)
            let known = #""version":"24.10.2","target":"ath79/generic","profile":"8dev_carambola2""#
            let reply = try await running.send("/api/v1/build", .post, body: "{\(known),\"more\":\(deep)}")
            #expect([202, 400].contains(reply.status), "\(reply.text)")
        }

        @Test func doubledKeys_doNoHarm() async throws {
            let running = try await RunningServer.current()
            let known = #""target":"ath79/generic","profile":"8dev_carambola2""#
            let body =
                #"{"version":"1","version":"24.10.2",\#(known),"packages_versions":{"vim":"9.1-r1","vim":"9.1-r1"}}"#
            let reply = try await running.send("/api/v1/build", .post, body: body)
            #expect([202, 400].contains(reply.status), "\(reply.text)")
        }
    }
}
