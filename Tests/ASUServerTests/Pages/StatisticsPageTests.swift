import ASUCore
import ASUTestSupport
import Foundation
import Testing

@testable import ASUServer

extension ServerTests {
    /// `/stats`, each test with a branch of its own: the page is kept for some seconds.
    @Suite struct StatisticsPageTests {
        private static let today = Day(Date())

        @Test func statistics_hasChartsWithTheirTables() async throws {
            let running = try await RunningServer.current()
            _ = try await running.redis.pipeline([
                RedisCommand("HSET", "asu:stats:day:\(Self.today - 1)", "requests", 1700, "cache-hits", 1234),
                RedisCommand("HSET", "asu:stats:day:\(Self.today - 1)", "successes", 400, "failures", 66),
                RedisCommand(
                    "ZADD",
                    "asu:stats:week:\(Self.today.monday)",
                    321,
                    "24.10.2",
                    12,
                    "24.10-SNAPSHOT",
                    9,
                    "25.12.0"
                ),
                RedisCommand("ZADD", "asu:stats:packages:\(Self.today):24.10", 4321, "tmux", 17, "luci"),
            ])
            let page = try await running.send("/stats?branch=24.10")
            #expect(page.status == 200)
            #expect(page.headers["content-type"] == "text/html; charset=utf-8")
            #expect(page.headers["content-security-policy"]?.hasPrefix("default-src 'none'") == true)
            let markup = Markup(page.text)
            #expect(markup.problems.isEmpty)
            // A drawing has a name, and its numbers stand in a table too.
            #expect(markup.attributes["role"] == ["img", "img"])
            #expect(markup.attributes["aria-labelledby"]?.contains("days-title days-description") == true)
            #expect(page.text.contains("<td class=\"number\">1\u{202F}234</td>"))
            #expect(
                page.text.contains(
                    "<title>\(Self.today - 1): From the cache 1\u{202F}234, Built 400, Failed 66</title>"
                )
            )
            #expect(page.text.contains("<title>\(Self.today.monday): 24.10-SNAPSHOT 12, 24.10.2 321</title>"))
            #expect(page.text.contains("<th scope=\"row\">tmux</th><td class=\"number\">4\u{202F}321</td>"))
            #expect(page.text.contains("href=\"/stats?branch=24.10\" aria-current=\"true\""))
        }

        @Test func hostileNames_areEscaped() async throws {
            let running = try await RunningServer.current()
            // A mark with an accent is one character to Swift, and still a mark to a browser.
            let name = "<script>x</script>\"\u{301}'&<\u{338}b"
            _ = try await running.redis.pipeline([
                RedisCommand("ZADD", "asu:stats:packages:\(Self.today):25.12", 1, name),
                RedisCommand("ZADD", "asu:stats:week:\(Self.today.monday)", 3, "25.12.\"><b>"),
                RedisCommand("LPUSH", "asu:stats:errors", "2026-01-01T00:00:00Z 25.12.0:<i>:<u> \(name)\u{1}"),
                RedisCommand("LPUSH", "asu:stats:errors", "<s>"), RedisCommand("LPUSH", "asu:stats:errors", ""),
            ])
            let page = try await running.send("/stats?branch=25.12")
            #expect(page.status == 200)
            let markup = Markup(page.text)
            #expect(markup.problems.isEmpty)
            #expect(markup.elements.isDisjoint(with: ["script", "i", "u", "s"]))
            let escaped = "&lt;script&gt;x&lt;/script&gt;&quot;\u{301}&#39;&amp;&lt;\u{338}b"
            #expect(page.text.unicodeScalars.contains(escaped.unicodeScalars))
            #expect(!page.text.unicodeScalars.contains("\u{1}"))
        }

        @Test func nothingCounted_isSaid() async throws {
            let running = try await RunningServer.current()
            let page = try await running.send("/stats?branch=23.05").text
            #expect(Markup(page).problems.isEmpty)
            #expect(page.contains("<p class=\"none\">Nothing counted yet.</p>"))
        }

        @Test(arguments: ["1.2", "%3Cscript%3E", "%00"])
        func unknownBranch_is400(_ branch: String) async throws {
            let running = try await RunningServer.current()
            try await running.send("/stats?branch=\(branch)").expectError(400)
        }
    }
}

/// The parts of pages.
@Suite struct PagePartTests {
    @Test(arguments: [(0, 2), (1, 2), (3, 4), (9, 10), (11, 12), (13, 16), (17, 20), (101, 120), (1601, 2000)])
    func scale_isRoundAndEnough(most: Int, expected: Int) {
        #expect(Chart.scale(most) == expected)
        #expect(Chart.scale(.max) == .max)
    }

    @Test func numbers_areGrouped() {
        #expect([0, 999, 1000, 1_234_567].map(\.grouped) == ["0", "999", "1\u{202F}000", "1\u{202F}234\u{202F}567"])
        #expect(Int.min.grouped.hasPrefix("-9\u{202F}223"))
    }

    @Test(arguments: [(1, "1 second"), (90, "90 seconds"), (600, "10 minutes"), (86_400, "1 day"), (0, "0 seconds")])
    func durations_areInWords(seconds: Int, words: String) {
        #expect(Duration.seconds(seconds).words == words)
    }

    @Test func manySeries_areSummedUp() {
        let builds = Dictionary(uniqueKeysWithValues: (1...20).map { ("24.10.\($0)", $0) })
        let data = StatisticsPage.Data(weeks: [(Day(number: 4), builds), (Day(number: 11), ["x": .max, "y": .max])])
        let page = StatisticsPage(data, branch: "24.10", branches: ["24.10"], style: "", date: Date())
        #expect(page.weeks.legend.map(\.label) == (14...20).reversed().map { "24.10.\($0)" } + ["others"])
        #expect(page.weeks.legend.last?.total == "\((1...13).reduce(0, +))")
        let all = StatisticsPage(data, branch: nil, branches: ["24.10"], style: "", date: Date())
        #expect(all.weeks.legend.count == 3)
    }

    @Test func cache_makesAValueOnceForAll() async throws {
        let cache = TimedCache<Int>(lifetime: .seconds(60), maxEntries: 2)
        let counter = Counter()
        let values = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    try await cache.value("a") {
                        try await Task.sleep(for: .milliseconds(20))
                        return await counter.next()
                    }
                }
            }
            return try await group.reduce(into: Set<Int>()) { $0.insert($1) }
        }
        #expect(values == [1])
        await #expect(throws: CancellationError.self) { try await cache.value("b") { throw CancellationError() } }
        for name in ["b", "c", "a"] { _ = try await cache.value(name) { await counter.next() } }
        // The oldest of three went.
        #expect(await counter.next() == 5)
    }

    private actor Counter {
        private var count = 0

        func next() -> Int {
            count += 1
            return count
        }
    }
}
