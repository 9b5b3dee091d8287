package import Logging

/// All settings, read once at the start and never changed: the environment over `asu.toml` over defaults.
package struct Settings: Sendable {
    package var publicPath = "var/public"
    package var cachePath = "var/cache"
    /// Folder for a build's files; `nil` keeps them in the sandbox's memory.
    package var workspacePath: String?
    package var redisURL: RedisURL
    /// Without a slash at the end.
    package var upstreamURL = "https://downloads.openwrt.org"
    /// The names of the branches that are served, newest first.
    package var branches = ["SNAPSHOT", "25.12", "24.10", "23.05", "22.03", "21.02"]
    package var trustedKeys: UsignKeyring
    package var allowDefaults = false
    package var maxDefaultsLength = 20_480
    package var maxCustomRootfsSizeMB = 1024
    package var repositoryAllowList: [RepositoryURL] = []
    package var logLevel = Logger.Level.info
    package var buildTTL = Duration.seconds(7 * 86_400)
    package var buildTTLUnversioned = Duration.seconds(86_400)
    package var buildDefaultsTTL = Duration.seconds(1800)
    package var buildFailureTTL = Duration.seconds(3600)
    package var maxPendingJobs = 200
    package var jobTimeout = Duration.seconds(600)
    package var lease = Duration.seconds(30)
    package var maxAttempts = 3
    package var sandbox = SandboxKind.bubblewrap
    package var buildMemoryMB = 4096
    package var workspaceSizeMB = 4096
    package var buildProcesses = 512
    package var cacheSizeMB = 20_480
    /// 0 for no bound.
    package var storeSizeMB = 102_400
    /// Whether the pages for people show statistics.
    package var serverStats = true

    package enum SandboxKind: String, Sendable, CaseIterable {
        case bubblewrap
        case none
    }

    /// Reads `file` and the environment.
    ///
    /// - Parameters:
    ///   - file: Path of a TOML file that must exist, or `nil` for none.
    ///   - environment: The environment's variables.
    /// - Throws: ``SettingsError`` for the first value that can't be used.
    package init(file: String?, environment: [String: String]) throws(SettingsError) {
        try self.init(SettingsSource(file: file, environment: environment))
    }

    package init(_ source: SettingsSource) throws(SettingsError) {
        let defaultURL = "redis://localhost:6379/0"
        do {
            redisURL = try RedisURL(source.string(.redisURL, default: defaultURL))
        } catch let error as SettingsError {
            throw error
        } catch {
            throw source.error(.redisURL, "\(error)")
        }
        trustedKeys = try Self.keyring(source)
        publicPath = try source.string(.publicPath, default: publicPath)
        cachePath = try source.string(.cachePath, default: cachePath)
        let workspace = try source.string(.workspacePath, default: "")
        workspacePath = workspace.isEmpty ? nil : workspace
        upstreamURL = try Self.upstream(source, default: upstreamURL)
        branches = try Self.branches(source, default: branches)
        allowDefaults = try source.bool(.allowDefaults, default: allowDefaults)
        maxDefaultsLength = try source.int(.maxDefaultsLength, default: maxDefaultsLength, in: 0...1_048_576)
        maxCustomRootfsSizeMB = try source.int(.maxCustomRootfsSizeMB, default: maxCustomRootfsSizeMB, in: 1...16_384)
        for text in try source.list(.repositoryAllowList, default: []) {
            guard let url = RepositoryURL(text) else {
                throw source.error(.repositoryAllowList, "'\(text)' is not a plain http(s) address")
            }
            repositoryAllowList.append(url)
        }
        logLevel = try source.choice(.logLevel, default: logLevel)
        buildTTL = try source.duration(.buildTTL, default: buildTTL)
        buildTTLUnversioned = try source.duration(.buildTTLUnversioned, default: buildTTLUnversioned)
        buildDefaultsTTL = try source.duration(.buildDefaultsTTL, default: buildDefaultsTTL)
        buildFailureTTL = try source.duration(.buildFailureTTL, default: buildFailureTTL)
        maxPendingJobs = try source.int(.maxPendingJobs, default: maxPendingJobs, in: 1...1_000_000)
        jobTimeout = try source.duration(.jobTimeout, default: jobTimeout)
        lease = try source.duration(.lease, default: lease, in: .seconds(1) ... .seconds(3600))
        maxAttempts = try source.int(.maxAttempts, default: maxAttempts, in: 1...100)
        sandbox = try source.choice(.sandbox, default: sandbox)
        buildMemoryMB = try source.int(.buildMemoryMB, default: buildMemoryMB, in: 64...1_048_576)
        workspaceSizeMB = try source.int(.workspaceSizeMB, default: workspaceSizeMB, in: 64...1_048_576)
        buildProcesses = try source.int(.buildProcesses, default: buildProcesses, in: 16...100_000)
        cacheSizeMB = try source.int(.cacheSizeMB, default: cacheSizeMB, in: 256...100_000_000)
        storeSizeMB = try source.int(.storeSizeMB, default: storeSizeMB, in: 0...100_000_000)
        serverStats = try source.bool(.serverStats, default: serverStats)
        try Self.refuseUnbuilt(source)
    }

    /// The bounds of a request that follow from the settings.
    package var requestLimits: RequestLimits {
        RequestLimits(maxDefaultsLength: maxDefaultsLength, maxRootfsSizeMB: maxCustomRootfsSizeMB)
    }

    package var requestPolicy: RequestPolicy {
        RequestPolicy(allowsDefaults: allowDefaults, allowedRepositories: repositoryAllowList)
    }
}
