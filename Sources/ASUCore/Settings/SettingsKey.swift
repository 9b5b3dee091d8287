/// Every setting there is.
///
/// The raw value is the key in `asu.toml`; in the environment it is written in capitals.
package enum SettingsKey: String, Sendable, CaseIterable {
    case publicPath = "public_path"
    case cachePath = "cache_path"
    case workspacePath = "workspace_path"
    case redisURL = "redis_url"
    case upstreamURL = "upstream_url"
    case branches
    case trustedKeys = "trusted_keys"
    case allowDefaults = "allow_defaults"
    case maxDefaultsLength = "max_defaults_length"
    case maxCustomRootfsSizeMB = "max_custom_rootfs_size_mb"
    case repositoryAllowList = "repository_allow_list"
    case storeBackend = "store_backend"
    case s3Endpoint = "s3_endpoint"
    case s3Region = "s3_region"
    case s3Bucket = "s3_bucket"
    case s3AccessKey = "s3_access_key"
    case s3SecretKey = "s3_secret_key"
    case serverStats = "server_stats"
    case logLevel = "log_level"
    case buildTTL = "build_ttl"
    case buildTTLUnversioned = "build_ttl_unversioned"
    case buildDefaultsTTL = "build_defaults_ttl"
    case buildFailureTTL = "build_failure_ttl"
    case maxPendingJobs = "max_pending_jobs"
    case jobTimeout = "job_timeout"
    case lease
    case maxAttempts = "max_attempts"
    case sandbox
    case buildMemoryMB = "build_memory_mb"
    case workspaceSizeMB = "workspace_size_mb"
    case buildProcesses = "build_processes"
    case cacheSizeMB = "cache_size_mb"
    case storeSizeMB = "store_size_mb"
    case rateLimit = "rate_limit"

    package var environmentName: String { rawValue.uppercased() }

    /// Whether the value must not be printed.
    package var isSecret: Bool { self == .s3AccessKey || self == .s3SecretKey }

    /// One line for the settings table: type, default and range, then the meaning.
    package var summary: String {
        switch self {
        case .publicPath:
            "path, `var/public`: folder of the artifact store; built images lie under `store/`"
        case .cachePath:
            "path, `var/cache`: ImageBuilders and packages that a worker keeps"
        case .workspacePath:
            "path, empty: folder for a build's files; empty keeps them in the sandbox's memory"
        case .redisURL:
            "`redis://[user:password@]host[:port][/db]` or `unix:///path`, `redis://localhost:6379/0`: the shared Redis"
        case .upstreamURL:
            "http(s) address, `https://downloads.openwrt.org`: the download server to build from"
        case .branches:
            "list of names, `SNAPSHOT` and 21.02 to 25.12: the branches that are served"
        case .trustedKeys:
            "list of usign public keys or files, OpenWrt's: who may sign `sha256sums` and indexes"
        case .allowDefaults:
            "true or false, `false`: whether requests may carry a first-boot script"
        case .maxDefaultsLength:
            "bytes, `20480`, 0 to 1048576: the longest first-boot script"
        case .maxCustomRootfsSizeMB:
            "MB, `1024`, 1 to 16384: the largest `rootfs_size_mb` a request may ask for"
        case .repositoryAllowList:
            "list of http(s) addresses, empty: extra repositories that requests may name; empty allows none"
        case .storeBackend:
            "`local`: where artifacts are kept; `s3` isn't built yet and stops the start"
        case .s3Endpoint, .s3Region, .s3Bucket, .s3AccessKey, .s3SecretKey:
            "text, empty: for the S3 store, which isn't built yet; stops the start if set"
        case .serverStats:
            "true or false, `true`: whether the pages show statistics; the API and `/metrics` have them all the same"
        case .logLevel:
            "`trace`, `debug`, `info`, `notice`, `warning`, `error` or `critical`, `info`: the least that is logged"
        case .buildTTL:
            "duration, `7d`: how long an image with `packages_versions` is kept"
        case .buildTTLUnversioned:
            "duration, `24h`: how long an image without them is kept"
        case .buildDefaultsTTL:
            "duration, `30m`: how long an image with a first-boot script is kept"
        case .buildFailureTTL:
            "duration, `1h`: how long a failed build is remembered"
        case .maxPendingJobs:
            "number, `200`, 1 to 1000000: with more jobs waiting, new ones are answered 529"
        case .jobTimeout:
            "duration, `10m`: the longest a build may take"
        case .lease:
            "duration, `30s`, 1s to 1h: a worker silent for so long has lost its job"
        case .maxAttempts:
            "number, `3`, 1 to 100: how often a job is tried when worker, host or network fail"
        case .sandbox:
            "`bubblewrap` or `none`, `bubblewrap`: how builds are confined; `none` runs strangers' packages unconfined"
        case .buildMemoryMB:
            "MB, `4096`, 64 to 1048576: the largest address space of one process of a build"
        case .workspaceSizeMB:
            "MB, `4096`, 64 to 1048576: the most that a build may write"
        case .buildProcesses:
            "number, `512`, 16 to 100000: the most processes of a build"
        case .cacheSizeMB:
            "MB, `20480`, 256 to 100000000: the disk budget of `cache_path`; the oldest unused goes first"
        case .storeSizeMB:
            "MB, `102400`, 0 to 100000000: the disk budget of the store; the oldest results go first; 0 sets no bound"
        case .rateLimit:
            "number, `0`: requests a minute and address; not built yet, anything but 0 stops the start"
        }
    }
}
