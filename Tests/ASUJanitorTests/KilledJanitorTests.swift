import ASUCore
import ASUTestSupport
import Glibc
import Testing

@testable import ASUJanitor

/// A janitor that is killed at any instant leaves a catalog that is wholly old or wholly new, version by version.
@Suite(.timeLimit(.minutes(5)), .enabled(if: NginxServer.isAvailable)) struct KilledJanitorTests {
    private static let kills = 100
    /// The least of them that must hit while the janitor writes.
    private static let killsWhileWriting = 30
    private static let versions = ["SNAPSHOT", "24.10-SNAPSHOT", "23.05-SNAPSHOT"]

    /// What a reader finds of one version: every byte that its manifest leads to.
    private typealias Reading = [String: [String]]

    @Test func update_killedAtRandomInstants_leavesOldOrNew() async throws {
        let folder = try TemporaryDirectory("killed")
        let trees = try ["old", "new"].map(Self.tree)
        let root = folder.file("current")
        let server = try await NginxServer.start(root: root)
        try await withRedis { redisServer, redis in
            let store = CatalogStore(redis: redis)
            let janitor = { (file: String) in
                try ChildProcess(
                    ProgramPath.find("asu-janitor"),
                    ["update"],
                    environment: [
                        "REDIS_URL": redisServer.url.description, "UPSTREAM_URL": server.url,
                        "BRANCHES": "SNAPSHOT,24.10,23.05",
                    ],
                    output: folder.file(file),
                    errors: folder.file(file)
                )
            }
            // What is right: two readings of each version, and how many writes one update takes.
            var states: [Reading] = []
            var writes = 0
            for tree in trees {
                try Self.point(root, to: tree)
                let before = try await Self.writes(redis)
                let child = try janitor("whole.log")
                #expect(try await child.wait(for: .seconds(30)) == .exited(0))
                writes = try await Self.writes(redis) - before
                states.append(try await Self.read(store))
            }
            #expect(Set(states[0].keys) == Set(Self.versions.flatMap { [$0, "feeds of \($0)"] }))
            #expect(states[0].keys.allSatisfy { states[0][$0] != states[1][$0] })
            #expect(writes > 20)
            var (whileWriting, mixed, turn) = (0, 0, 0)
            for kill in 0..<Self.kills {
                turn += 1
                try Self.point(root, to: trees[turn % 2])
                _ = try await redis.send(RedisCommand("DEL", CatalogKeys().lock))
                let before = try await Self.writes(redis)
                let child = try janitor("killed.log")
                // Three of four after a number of writes, the rest after a time.
                if !kill.isMultiple(of: 4) {
                    let wanted = before + Int.random(in: 1..<writes)
                    let end = ContinuousClock.now + .seconds(20)
                    while try await Self.writes(redis) < wanted, child.isRunning, ContinuousClock.now < end {}
                } else {
                    try await Task.sleep(for: .milliseconds(Int.random(in: 0...250)))
                }
                child.kill()
                let ending = try await child.wait(for: .seconds(10))
                let done = try await Self.writes(redis) - before
                if ending == .signalled(9), done > 0 { whileWriting += 1 }
                let found = try await Self.read(store)
                for (part, reading) in found {
                    #expect(reading == states[0][part] || reading == states[1][part], "\(part) after kill \(kill)")
                }
                if Set(found.map { $0.value == states[0][$0.key] }).count == 2 { mixed += 1 }
            }
            #expect(whileWriting >= Self.killsWhileWriting, "\(whileWriting) kills hit while it wrote")
            // Or the kills came too late or too early to prove anything.
            #expect(mixed > 0)
            // And the next one repairs whatever is left to do.
            try Self.point(root, to: trees[0])
            _ = try await redis.send(RedisCommand("DEL", CatalogKeys().lock))
            let child = try janitor("last.log")
            #expect(try await child.wait(for: .seconds(30)) == .exited(0))
            #expect(try await Self.read(store) == states[0])
        }
        try await server.stop()
    }

    private static func tree(_ state: String) throws -> UpstreamTree {
        let tree = try UpstreamTree()
        try tree.list([])
        for version in versions {
            let base = version == "SNAPSHOT" ? "snapshots" : "releases/\(version)"
            let targets = (0..<12).map { "ath79/sub\($0)" }
            let list = targets.enumerated().map { "\"\($1)\":\"arch\($0 % 6)\"" }.joined(separator: ",")
            try tree.write("{\(list)}", to: "\(base)/.targets.json")
            for target in targets {
                try tree.write(
                    #"{"version_code":"r1-\#(state)","profiles":{"\#(state)":{},"both":{}}}"#,
                    to: "\(base)/targets/\(target)/profiles.json"
                )
                try tree.addIndex("\(base)/targets/\(target)/packages", ["base-files", "\(state)-\(target.suffix(4))"])
            }
            for architecture in 0..<6 {
                let folder = "\(base)/packages/arch\(architecture)"
                try tree.write("src-git base x\nsrc-git luci x\n", to: "\(folder)/feeds.conf")
                for feed in ["base", "luci"] {
                    try tree.addIndex("\(folder)/\(feed)", ["\(feed)-\(state)", "\(feed)-\(architecture)", version])
                }
            }
        }
        return tree
    }

    /// Makes `link` lead to the tree, in one step.
    private static func point(_ link: String, to tree: UpstreamTree) throws {
        let next = link + ".next"
        unlink(next)
        guard symlink(tree.folder.path, next) == 0, rename(next, link) == 0 else {
            throw TestSupportError("cannot point \(link): errno \(errno)")
        }
    }

    /// How often blobs were written or kept longer, and the catalog changed.
    private static func writes(_ redis: RedisClient) async throws -> Int {
        let text = try await redis.send(RedisCommand("INFO", "commandstats")).text ?? ""
        return text.split(whereSeparator: \.isNewline).reduce(0) { sum, line in
            let isWrite = ["set", "expire", "evalsha", "hset"].contains { line.hasPrefix("cmdstat_\($0):") }
            guard isWrite, let calls = line.split(separator: "=").dropFirst().first else { return sum }
            return sum + (Int(calls.prefix { $0.isNumber }) ?? 0)
        }
    }

    /// Everything that can be read, part by part.
    private static func read(_ store: CatalogStore) async throws -> Reading {
        var reading: Reading = [:]
        for (version, manifest) in try await store.load().manifests {
            var own: [String] = []
            for (name, target) in manifest.targets.sorted(by: { $0.key < $1.key }) {
                own.append("\(name) \(target.revision) \(target.architecture)")
                own.append(String(decoding: try await store.blob(target.document), as: UTF8.self))
                own.append(String(decoding: try await store.blob(target.profiles), as: UTF8.self))
                own += try await tables(target.indexes ?? [:], store)
            }
            reading[version.text] = own
            var feeds: [String] = []
            for (name, part) in manifest.feeds.sorted(by: { $0.key < $1.key }) {
                feeds += try await [name] + tables(part, store)
            }
            reading["feeds of \(version)"] = feeds
        }
        return reading
    }

    private static func tables(
        _ indexes: [String: VersionManifest.Index],
        _ store: CatalogStore
    ) async throws -> [String] {
        var texts: [String] = []
        for (name, index) in indexes.sorted(by: { $0.key < $1.key }) {
            texts.append("\(name): " + String(decoding: try await store.table(index).bytes, as: UTF8.self))
        }
        return texts
    }
}
