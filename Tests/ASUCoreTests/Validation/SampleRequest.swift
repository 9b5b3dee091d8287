import ASUCore

/// Requests for tests.
enum SampleRequest {
    static let limits = RequestLimits(maxDefaultsLength: 100, maxRootfsSizeMB: 1024)
    static let usignKey = "RWTTEMbygz6X95lKDAulctZy3aj15823THXfyrfXgwGbxZlXBd2brNcw"

    /// A well-formed body for `x86/64` of 24.10.4, changed by `change`.
    static func body(_ change: (inout BuildRequestBody) -> Void = { _ in }) -> BuildRequestBody {
        var body = BuildRequestBody(version: "24.10.4", target: "x86/64", profile: "generic")
        change(&body)
        return body
    }

    /// The request that ``body(_:)`` parses to.
    static func parse(_ change: (inout BuildRequestBody) -> Void = { _ in }) throws -> BuildRequest {
        try BuildRequest(body(change), limits: limits)
    }

    /// What is wrong with ``body(_:)``; empty if nothing is.
    static func problems(_ change: (inout BuildRequestBody) -> Void) -> [ValidationError.Problem] {
        do {
            _ = try BuildRequest(body(change), limits: limits)
            return []
        } catch {
            return error.problems
        }
    }

    /// A request that uses every field.
    static func full(_ change: (inout BuildRequestBody) -> Void = { _ in }) throws -> BuildRequest {
        try parse {
            $0.versionCode = "r28959-29397011cc"
            $0.packagesVersions = ["luci": "25.1~abc", "htop": "3.3.0-r1"]
            $0.diffPackages = true
            $0.defaults = "echo \u{E9}\n"
            $0.rootfsSizeMB = 512
            $0.filesystem = "ext4"
            $0.repositories = ["b": "https://example.org/b", "a": "http://example.org:8080/a"]
            $0.repositoriesMode = "append"
            $0.repositoryKeys = [usignKey]
            $0.client = "owut/2025.1"
            change(&$0)
        }
    }
}
