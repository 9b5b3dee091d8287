import ASUCore
import ASUTestSupport
import Glibc
import Testing

struct SettingsDocumentationTests {
    private static let readme: String? = {
        guard let file = realpath(#filePath, nil) else { return nil }
        defer { free(file) }
        let parts = String(cString: file).split(separator: "/")
        // Four parts up: the file, Settings, ASUCoreTests, Tests.
        let path = "/" + parts.dropLast(4).joined(separator: "/") + "/README.md"
        return TemporaryDirectory.exists(path) ? path : nil
    }()

    @Test(.enabled(if: readme != nil)) func readme_settingsTable_namesEveryKey() throws {
        let text = String(decoding: try TemporaryDirectory.contents(of: #require(Self.readme)), as: UTF8.self)
        for key in SettingsKey.allCases {
            #expect(text.contains("`\(key.rawValue)`"), "README.md says nothing of `\(key.rawValue)`")
        }
    }

    @Test(arguments: SettingsKey.allCases) func summary_key_isOneLine(key: SettingsKey) {
        #expect(!key.summary.isEmpty)
        #expect(!key.summary.contains("\n"))
        #expect(!key.summary.contains("|"))
        #expect(key.environmentName == key.rawValue.uppercased())
    }
}
