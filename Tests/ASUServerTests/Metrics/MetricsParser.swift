/// Reads Prometheus' text format, version 0.0.4, and takes nothing that the format doesn't say.
struct MetricsParser {
    struct Failure: Error {
        let line: String
    }

    struct Sample: Hashable {
        let name: String
        let labels: [String: String]
    }

    private(set) var types: [String: String] = [:]
    private(set) var samples: [Sample: Double] = [:]

    init(_ text: String) throws {
        guard text.hasSuffix("\n") else { throw Failure(line: "the end of the last line") }
        var helped: String?
        var current: String?
        var rest = text.unicodeScalars[...]
        while !rest.isEmpty {
            let line = rest.prefix { $0 != "\n" }
            rest = rest[line.endIndex...].dropFirst()
            let text = String(Substring(line))
            let words = text.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false).map(String.init)
            if text.hasPrefix("# HELP ") {
                guard words.count == 4, types[words[2]] == nil else { throw Failure(line: text) }
                helped = words[2]
            } else if text.hasPrefix("# TYPE ") {
                guard words.count == 4, words[2] == helped, ["counter", "gauge"].contains(words[3]),
                    types.updateValue(words[3], forKey: words[2]) == nil
                else { throw Failure(line: text) }
                current = words[2]
            } else {
                let (sample, value) = try Self.sample(line)
                guard sample.name == current, samples.updateValue(value, forKey: sample) == nil else {
                    throw Failure(line: text)
                }
            }
        }
    }

    private static func sample(_ line: Substring.UnicodeScalarView) throws -> (Sample, Double) {
        let failure = Failure(line: String(Substring(line)))
        let name = line.prefix {
            $0.isASCII && $0.properties.isAlphabetic || "_:0123456789".unicodeScalars.contains($0)
        }
        var rest = line[name.endIndex...]
        var labels: [String: String] = [:]
        if rest.first == "{" {
            repeat {
                rest = rest.dropFirst()
                let label = rest.prefix { $0 != "=" }
                rest = rest[label.endIndex...].dropFirst()
                guard rest.popFirst() == "\"" else { throw failure }
                var value = String.UnicodeScalarView()
                while let scalar = rest.popFirst(), scalar != "\"" {
                    guard scalar == "\\" else {
                        value.append(scalar)
                        continue
                    }
                    switch rest.popFirst() {
                    case "n": value.append("\n")
                    case "\\": value.append("\\")
                    case "\"": value.append("\"")
                    default: throw failure
                    }
                }
                labels[String(Substring(label))] = String(value)
            } while rest.first == ","
            guard rest.popFirst() == "}" else { throw failure }
        }
        guard !name.isEmpty, rest.popFirst() == " ", let value = Double(Substring(rest)) else { throw failure }
        return (Sample(name: String(Substring(name)), labels: labels), value)
    }
}
