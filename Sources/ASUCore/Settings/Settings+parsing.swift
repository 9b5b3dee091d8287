internal import Foundation
internal import Logging

extension Settings {
    /// `--config FILE` if given, else `asu.toml` in the working folder if it exists; the environment over both.
    package static func load(config: String?) throws(SettingsError) -> Settings {
        let file = config ?? (FileManager.default.fileExists(atPath: "asu.toml") ? "asu.toml" : nil)
        return try Settings(file: file, environment: ProcessInfo.processInfo.environment)
    }

    static func upstream(_ source: SettingsSource, default defaultValue: String) throws(SettingsError) -> String {
        let text = try source.string(.upstreamURL, default: defaultValue)
        guard let url = RepositoryURL(text) else {
            throw source.error(.upstreamURL, "'\(text)' is not an address such as https://downloads.openwrt.org")
        }
        let normal = url.description
        return normal.hasSuffix("/") ? String(normal.dropLast()) : normal
    }

    static func branches(_ source: SettingsSource, default defaultValue: [String]) throws(SettingsError) -> [String] {
        let names = try source.names(.branches, default: defaultValue)
        for name in names where Version(name) == nil {
            throw source.error(.branches, "'\(name)' is not a branch such as 24.10 or SNAPSHOT")
        }
        guard !names.isEmpty else { throw source.error(.branches, "no branch is enabled; name at least one") }
        // Dotted names sort as versions do; SNAPSHOT is the newest.
        return Set(names.compactMap { Version($0) }).sorted(by: >).map(\.text)
    }

    static func keyring(_ source: SettingsSource) throws(SettingsError) -> UsignKeyring {
        guard source.isSet(.trustedKeys) else { return .openWrt }
        var keys: [UsignPublicKey] = []
        for entry in try source.list(.trustedKeys, default: []) {
            do {
                let text =
                    FileManager.default.fileExists(atPath: entry)
                    ? try String(contentsOfFile: entry, encoding: .utf8) : entry
                keys.append(try UsignPublicKey(text))
            } catch {
                throw source.error(
                    .trustedKeys,
                    "'\(entry)' is neither a usign public key (RW...) nor a file that holds one: \(error)"
                )
            }
        }
        guard !keys.isEmpty else {
            throw source.error(.trustedKeys, "the list is empty, so that nothing could be verified; leave it out")
        }
        return UsignKeyring(keys)
    }

    /// Settings that operators of the peer server know, for features that aren't built yet.
    static func refuseUnbuilt(_ source: SettingsSource) throws(SettingsError) {
        if try source.string(.storeBackend, default: "local") != "local" {
            throw source.error(.storeBackend, "only \"local\" is built yet; artifacts lie in public_path")
        }
        for key in [.s3Endpoint, .s3Region, .s3Bucket, .s3AccessKey, .s3SecretKey] as [SettingsKey]
        where try !source.string(key, default: "").isEmpty {
            throw source.error(key, "this feature isn't built yet; remove the setting")
        }
        if try source.int(.rateLimit, default: 0, in: 0...Int.max) != 0 {
            throw source.error(.rateLimit, "rate limits aren't built yet; remove the setting or set it to 0")
        }
    }
}

extension SettingsSource {
    /// One of the names of an enumeration.
    func choice<Choice: RawRepresentable & CaseIterable>(
        _ key: SettingsKey,
        default defaultValue: Choice
    ) throws(SettingsError) -> Choice where Choice.RawValue == String {
        let text = try string(key, default: defaultValue.rawValue)
        guard let value = Choice(rawValue: text) else {
            let names = Choice.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
            throw error(key, "expected one of \(names), found '\(text)'")
        }
        return value
    }
}
