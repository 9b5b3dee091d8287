import ASUCore
import ASUTestSupport
import Testing

extension ServerTests {
    /// Ranges and conditions (RFC 9110), on a small file and on one that is streamed.
    @Suite(.serialized) struct StoreRangeTests {
        private static let sizes = [1000, 300_000]

        private static func content(_ size: Int) -> [UInt8] {
            (0..<size).map { UInt8(truncatingIfNeeded: $0 * 31 / 7) }
        }

        private func file(_ running: RunningServer, _ size: Int) throws -> String {
            try running.put(Self.content(size), "ranges/\(size).bin")
            return "/store/ranges/\(size).bin"
        }

        @Test(arguments: sizes)
        func range_withinTheFile(size: Int) async throws {
            let running = try #require(RunningServer.shared)
            let path = try file(running, size)
            let content = Self.content(size)
            let cases: [(String, Range<Int>)] = [
                ("bytes=0-99", 0..<100), ("bytes=-500", size - 500..<size), ("bytes=100-", 100..<size),
                ("bytes=0-0", 0..<1), ("bytes=999-", 999..<size), ("bytes=-1", size - 1..<size),
                ("bytes=10-999999999999999999", 10..<size), ("bytes=-999999999999999999", 0..<size),
                ("bytes=0-", 0..<size),
                ("bytes= 5-6", 5..<7), ("Bytes=5-6", 5..<7),
            ]
            for (header, range) in cases {
                let reply = try await running.send(path, headers: [("Range", header)])
                #expect(reply.status == 206, "\(header)")
                #expect(reply.headers["content-range"] == "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(size)")
                #expect(reply.headers["content-length"] == "\(range.count)")
                #expect(reply.body == Array(content[range]), "\(header)")
                #expect(reply.headers["etag"] != nil)
            }
        }

        @Test(arguments: sizes)
        func range_outsideTheFileIs416(size: Int) async throws {
            let running = try #require(RunningServer.shared)
            let path = try file(running, size)
            for header in ["bytes=\(size)-", "bytes=\(size)-\(size + 5)", "bytes=-0", "bytes=999999999999999999-"] {
                let reply = try await running.send(path, headers: [("Range", header)])
                reply.expectError(416)
                #expect(reply.headers["content-range"] == "bytes */\(size)", "\(header)")
            }
        }

        @Test(arguments: sizes)
        func range_notUnderstoodIsTheWholeFile(size: Int) async throws {
            let running = try #require(RunningServer.shared)
            let path = try file(running, size)
            for header in [
                "bytes=0-1,5-6", "bytes=5-4", "bytes=", "bytes=-", "bytes=a-b", "bytes=1", "lines=1-2", "bytes=--5",
                "bytes",
                "bytes=+1-2", "bytes=1-2-3", "bytes=0x1-2", "bytes=99999999999999999999999-", "bytes=\u{661}-\u{662}",
            ] {
                let reply = try await running.raw
                    .request("GET \(path)", headers: ["Range: \(header)"])
                #expect(reply.status == 200, "\(header)")
                #expect(reply.body == Self.content(size))
            }
        }

        /// A range means something for GET only.
        @Test func range_ofHeadIsIgnored() async throws {
            let running = try #require(RunningServer.shared)
            let path = try file(running, 1000)
            let reply = try await running.send(path, .head, headers: [("Range", "bytes=0-99")])
            #expect(reply.status == 200)
            #expect(reply.headers["content-length"] == "1000")
        }

        @Test(arguments: sizes)
        func ifNoneMatch_matchingIs304(size: Int) async throws {
            let running = try #require(RunningServer.shared)
            let path = try file(running, size)
            let etag = try #require(try await running.send(path, .head).headers["etag"])
            #expect(etag.hasPrefix("\"") && etag.hasSuffix("\""))
            for value in [etag, "*", "W/\(etag)", "\"x\", \(etag)", "W/\"x\",\(etag) , \"y\"", " \(etag) "] {
                for method in [HTTPFetch.Method.get, .head] {
                    let reply = try await running.send(path, method, headers: [("If-None-Match", value)])
                    #expect(reply.status == 304, "\(value)")
                    #expect(reply.body.isEmpty)
                    #expect(reply.headers["etag"] == etag)
                    #expect(reply.headers["cache-control"] != nil)
                    #expect(reply.headers["access-control-allow-origin"] == "*")
                }
            }
            let both = [("If-None-Match", etag), ("Range", "bytes=0-1")]
            #expect(try await running.send(path, headers: both).status == 304)
            for value in ["\"x\"", String(etag.dropFirst()), "x", ",", "w/\(etag)"] {
                #expect(try await running.send(path, headers: [("If-None-Match", value)]).status == 200, "\(value)")
            }
        }

        @Test func ifRange_decidesAboutTheRange() async throws {
            let running = try #require(RunningServer.shared)
            let path = try file(running, 1000)
            let etag = try #require(try await running.send(path, .head).headers["etag"])
            func status(_ condition: String) async throws -> Int {
                try await running.send(path, headers: [("Range", "bytes=0-9"), ("If-Range", condition)]).status
            }
            #expect(try await status(etag) == 206)
            #expect(try await status("\"x\"") == 200)
            // If-Range compares strongly.
            #expect(try await status("W/\(etag)") == 200)
            #expect(try await status("Mon, 24 Feb 2020 00:00:02 GMT") == 200)
        }

        @Test func etag_changesWithTheFile() async throws {
            let running = try #require(RunningServer.shared)
            try running.put([1, 2], "tags/a.bin")
            let first = try await running.send("/store/tags/a.bin").headers["etag"]
            try running.put([1, 3], "tags/a.bin")
            #expect(try await running.send("/store/tags/a.bin").headers["etag"] != first)
        }
    }
}
