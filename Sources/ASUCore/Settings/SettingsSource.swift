internal import Foundation
internal import TOMLKit

/// Where settings are read from: the environment over a TOML file.
///
/// Values are typed on the way out.
package struct SettingsSource {
    private let environment: [String: String]
    private let file: String
    private let table: TOMLTable

    /// - Parameters:
    ///   - file: Path of the TOML file, or `nil` for none.
    ///   - environment: The environment's variables.
    /// - Throws: ``SettingsError`` if the file can't be read, is no TOML or has a key that is no setting.
    package init(file: String?, environment: [String: String]) throws(SettingsError) {
        self.environment = environment
        self.file = file ?? "asu.toml"
        guard let file else {
            table = TOMLTable()
            return
        }
        let text: String
        do {
            text = try String(contentsOfFile: file, encoding: .utf8)
        } catch {
            throw SettingsError(source: file, key: "", problem: "can't be read: \(error.localizedDescription)")
        }
        do {
            table = try TOMLTable(string: text)
        } catch let error as TOMLParseError {
            let place = "line \(error.source.begin.line)"
            throw SettingsError(source: file, key: "", problem: "\(place): not TOML: \(error.description)")
        } catch {
            throw SettingsError(source: file, key: "", problem: "not TOML: \(error)")
        }
        for key in table.keys where SettingsKey(rawValue: key) == nil {
            let known = SettingsKey.allCases.map(\.rawValue).sorted().joined(separator: ", ")
            throw SettingsError(source: file, key: key, problem: "unknown key; known are \(known)")
        }
    }

    private enum Raw {
        case environment(String)
        case file(any TOMLValueConvertible)
    }

    private func raw(_ key: SettingsKey) -> Raw? {
        if let text = environment[key.environmentName] { return .environment(text) }
        return table[key.rawValue].map(Raw.file)
    }

    package func isSet(_ key: SettingsKey) -> Bool { raw(key) != nil }

    package func error(_ key: SettingsKey, _ problem: String) -> SettingsError {
        environment[key.environmentName] == nil
            ? SettingsError(source: file, key: key.rawValue, problem: problem)
            : SettingsError(source: "environment", key: key.environmentName, problem: problem)
    }

    package func string(_ key: SettingsKey, default defaultValue: String) throws(SettingsError) -> String {
        switch raw(key) {
        case nil: return defaultValue
        case .environment(let text): return text
        case .file(let value):
            guard let text = value.string else { throw error(key, "expected a text in quotes") }
            return text
        }
    }

    package func bool(_ key: SettingsKey, default defaultValue: Bool) throws(SettingsError) -> Bool {
        switch raw(key) {
        case nil: return defaultValue
        case .environment(let text):
            switch text.lowercased() {
            case "true", "1", "yes", "on": return true
            case "false", "0", "no", "off", "": return false
            default: throw error(key, "expected true or false, found '\(text)'")
            }
        case .file(let value):
            guard let flag = value.bool else { throw error(key, "expected true or false") }
            return flag
        }
    }

    package func int(
        _ key: SettingsKey,
        default defaultValue: Int,
        in range: ClosedRange<Int>
    ) throws(SettingsError) -> Int {
        let number: Int?
        switch raw(key) {
        case nil: return defaultValue
        case .environment(let text): number = Int(text)
        case .file(let value): number = value.int
        }
        guard let number, range.contains(number) else {
            throw error(key, "expected a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// A duration of at least a second: `90s`, `10m`, `24h`, `7d`, or a number of seconds.
    package func duration(
        _ key: SettingsKey,
        default defaultValue: Duration,
        in range: ClosedRange<Duration> = .seconds(1) ... .seconds(366 * 86_400)
    ) throws(SettingsError) -> Duration {
        let duration: Duration?
        switch raw(key) {
        case nil: return defaultValue
        case .environment(let text): duration = Duration(setting: text)
        case .file(let value):
            duration =
                value.int.flatMap { Duration(setting: String($0)) } ?? value.string.flatMap { Duration(setting: $0) }
        }
        guard let duration, range.contains(duration) else {
            throw error(
                key,
                "expected a duration such as 90s, 10m, 24h or 7d, from \(range.lowerBound.setting) to "
                    + range.upperBound.setting
            )
        }
        return duration
    }

    /// A list of texts; in the environment separated by commas, or as a JSON list.
    package func list(_ key: SettingsKey, default defaultValue: [String]) throws(SettingsError) -> [String] {
        switch raw(key) {
        case nil: return defaultValue
        case .environment(let text):
            if text.hasPrefix("[") {
                guard let list = try? JSONDecoder().decode([String].self, from: Data(text.utf8)) else {
                    throw error(key, "expected a JSON list of texts, or texts separated by commas")
                }
                return list
            }
            return text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        case .file(let value):
            guard let array = value.array else { throw error(key, "expected a list of texts: [\"...\"]") }
            var list: [String] = []
            for element in array {
                guard let text = element.string else { throw error(key, "expected a list of texts: [\"...\"]") }
                list.append(text)
            }
            return list
        }
    }

    /// The names in a list, or the peer server's form: a table of tables, of which those count whose `enabled` is
    /// absent or true.
    package func names(_ key: SettingsKey, default defaultValue: [String]) throws(SettingsError) -> [String] {
        guard case .file(let value) = raw(key), let entries = value.table else {
            return try list(key, default: defaultValue)
        }
        var names: [String] = []
        for (name, entry) in entries {
            guard let entry = entry.table else { throw error(key, "\(name): expected a table, [branches.\"\(name)\"]") }
            guard let flag = entry["enabled"] else {
                names.append(name)
                continue
            }
            guard let isEnabled = flag.bool else { throw error(key, "\(name).enabled: expected true or false") }
            if isEnabled { names.append(name) }
        }
        return names
    }
}
