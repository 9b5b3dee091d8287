import Testing

@testable import ASUJanitor

struct ProgressLineTests {
    private static func show(isTerminal: Bool, _ body: (ProgressLine) -> Void) -> [String] {
        let output = JanitorFixture.Output()
        body(ProgressLine(isTerminal: isTerminal) { output.append($0) })
        return output.texts
    }

    @Test func line_terminal_isRewrittenInPlace() {
        let texts = Self.show(isTerminal: true) { line in
            line.begin("24.10.4")
            line.expect(4)
            line.end()
        }
        #expect(texts == ["\r\u{1B}[K[\(String(repeating: ".", count: 30))] 0/4 24.10.4", "\r\u{1B}[K"])
        #expect(texts.allSatisfy { !$0.contains("\n") })
    }

    @Test func line_manySteps_areShownNowAndThen() {
        for isTerminal in [true, false] {
            let texts = Self.show(isTerminal: isTerminal) { line in
                line.begin("x")
                line.expect(10_000)
                for _ in 0..<10_000 { line.advance() }
                line.end()
            }
            #expect(texts.count < 100)
        }
    }

    @Test func line_elsewhere_isPlainLines() {
        let texts = Self.show(isTerminal: false) { line in
            line.begin("24.10.4")
            line.expect(2)
            line.advance()
            line.advance()
            line.end()
        }
        #expect(texts.first == "asu-janitor: 24.10.4\n")
        #expect(texts.last == "asu-janitor: 2 of 2 files read\n")
        #expect(texts.allSatisfy { $0.hasPrefix("asu-janitor: ") && $0.hasSuffix("\n") })
        #expect(texts.allSatisfy { !$0.contains("\r") && !$0.contains("\u{1B}") })
    }

    @Test func line_nothingExpected_doesNotDivideByZero() {
        let texts = Self.show(isTerminal: true) { line in
            line.advance()
            line.end()
        }
        #expect(texts.first?.hasSuffix("] 1/0 ") == true)
    }
}
