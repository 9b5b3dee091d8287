internal import Logging

extension Settings {
    /// The settings in force as `key = value` lines of TOML, secrets hidden: what `--check-config` prints.
    package var listing: String {
        let lines: [(SettingsKey, String)] = [
            (.publicPath, quote(publicPath)),
            (.cachePath, quote(cachePath)),
            (.workspacePath, quote(workspacePath ?? "")),
            (.redisURL, quote(redisURL.description)),
            (.upstreamURL, quote(upstreamURL)),
            (.branches, quote(branches)),
            (.trustedKeys, quote(trustedKeys.fingerprints)),
            (.allowDefaults, "\(allowDefaults)"),
            (.maxDefaultsLength, "\(maxDefaultsLength)"),
            (.maxCustomRootfsSizeMB, "\(maxCustomRootfsSizeMB)"),
            (.repositoryAllowList, quote(repositoryAllowList.map(\.description))),
            (.storeBackend, quote("local")),
            (.serverStats, "\(serverStats)"),
            (.logLevel, quote(logLevel.rawValue)),
            (.buildTTL, quote(buildTTL.setting)),
            (.buildTTLUnversioned, quote(buildTTLUnversioned.setting)),
            (.buildDefaultsTTL, quote(buildDefaultsTTL.setting)),
            (.buildFailureTTL, quote(buildFailureTTL.setting)),
            (.maxPendingJobs, "\(maxPendingJobs)"),
            (.jobTimeout, quote(jobTimeout.setting)),
            (.lease, quote(lease.setting)),
            (.maxAttempts, "\(maxAttempts)"),
            (.sandbox, quote(sandbox.rawValue)),
            (.buildMemoryMB, "\(buildMemoryMB)"),
            (.workspaceSizeMB, "\(workspaceSizeMB)"),
            (.buildProcesses, "\(buildProcesses)"),
            (.cacheSizeMB, "\(cacheSizeMB)"),
            (.storeSizeMB, "\(storeSizeMB)"),
        ]
        return lines.map { "\($0.0.rawValue) = \($0.1)" }.joined(separator: "\n")
    }

    /// A basic string of TOML.
    private func quote(_ text: String) -> String {
        var quoted = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case "\t": quoted += "\\t"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return "\"\(quoted)\""
    }

    private func quote(_ list: [String]) -> String { "[\(list.map(quote).joined(separator: ", "))]" }
}
