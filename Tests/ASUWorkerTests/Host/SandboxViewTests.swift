import ASUCore
import ASUTestSupport
import Foundation
import Logging
import Testing

@testable import ASUWorker

/// What a stranger's build sees in the real bubblewrap, started by a process that has much to hide.
@Suite struct SandboxViewTests {
    /// Runs a script as a build is run, with the door's folder and an input bound, beside open connections to Redis, to
    /// an HTTP server, and of the door itself.
    private func look(_ script: String, _ arguments: [String] = []) async throws -> String {
        let folder = try TemporaryDirectory("view")
        for name in ["logs/here", "cache/imagebuilders/secret", "input/repositories", "pristine/tree/file"] {
            try folder.write("x\n", to: name)
        }
        try folder.write("x", to: "up/file")
        setenv("ASU_TEST_SECRET", "hidden", 1)
        let nginx = try await NginxServer.start(root: folder.file("up"))
        // One that any child inherits unless it is closed on purpose.
        let inheritable = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(inheritable) }
        #expect(inheritable > 2 && fcntl(inheritable, F_GETFD) & FD_CLOEXEC == 0)
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        var configuration = HTTPClient.Configuration(userAgent: "test")
        configuration.usesEnvironmentProxy = false
        let client = HTTPClient(configuration: configuration)
        let cache = PackageCache(folder: folder.file("cache"), client: client, logger: logger)
        let door = try PackageDoor(address: .socket(folder.file("door/door.sock")), cache: cache, logger: logger)
        return try await withRedis { _, redis in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    do { try await door.run() } catch is CancellationError {}
                }
                defer { group.cancelAll() }
                _ = try await door.waitUntilOpen()
                _ = try await redis.send(RedisCommand("PING"))
                _ = try await client.fetch(HTTPFetch(nginx.url + "/file"))
                let command = SandboxedCommand(
                    ["/bin/bash", "-c", .text(script), "look", .text("\(nginx.port)"), .text(folder.path)],
                    mounts: [
                        .init(folder.file("pristine"), at: "/pristine"), .init(folder.file("input"), at: "/run/asu"),
                        .init(folder.file("door"), at: "/run/door"),
                    ],
                    workspace: .memory(at: "/build"),
                    logFolder: folder.file("logs")
                )
                let outcome = try await BubblewrapSandbox().run(command, limits: SandboxLimits(wallTime: .seconds(60)))
                #expect(outcome.exitCode == 0, "\(outcome.stderr.tail)")
                return outcome.stdout.tail
            }
        }
    }

    private func lines(_ script: String) async throws -> [String] {
        try await look(script).split(separator: "\n").map(String.init)
    }

    @Test func descriptors_areTheThreeStreamsOnly() async throws {
        // The shell's own look at the folder is closed again when its turn comes.
        let script = "for fd in /proc/$$/fd/*; do [ -e $fd ] && echo \"${fd##*/} $(readlink $fd)\"; done; true"
        let own = try await lines(script)
        #expect(own.map { $0.prefix { $0 != " " } }.sorted() == ["0", "1", "2"], "\(own)")
        #expect(own.filter { $0.contains("socket:") }.count == 1)
    }

    @Test func descriptors_ofItsOtherProcesses_holdNoSocketOfTheWorker() async throws {
        // bubblewrap's own process inside counts too: what it inherited could be opened through /proc.
        let links = try await lines(
            "for fd in /proc/[0-9]*/fd/*; do echo \"$(readlink $fd)\"; done | grep socket: | sort -u; true"
        )
        #expect(links.count == 1, "the channel of artifacts, and: \(links)")
    }

    @Test func environment_isFixed() async throws {
        let names = try await lines("env | cut -d= -f1 | sort")
        #expect(Set(names).isSubset(of: ["LC_ALL", "OLDPWD", "PATH", "PWD", "SHLVL", "TZ", "_"]), "\(names)")
        #expect(names.contains("PATH"))
        let all = try await look("cat /proc/[0-9]*/environ | tr '\\0' '\\n' | grep -c SECRET; true")
        #expect(all == "0\n")
    }

    @Test func files_ofTheHost_areNotThere() async throws {
        let top = try await lines("ls -A /")
        let expected: Set<String> = [
            "bin", "build", "dev", "etc", "lib", "lib32", "lib64", "libx32", "pristine", "proc", "run", "sbin", "tmp",
            "usr",
        ]
        #expect(Set(top).isSubset(of: expected), "\(Set(top).subtracting(expected))")
        let etc = try await lines("ls -A /etc")
        #expect(Set(etc).isSubset(of: ["alternatives", "ld.so.cache", "passwd", "group"]), "\(etc)")
        #expect(
            try await lines(
                "ls -A /run /run/door /run/asu /pristine; ls -A /tmp /build; [ ! -e \"$2\" ] && echo hidden"
            )
                == [
                    "/pristine:", "tree", "", "/run:", "asu", "door", "", "/run/asu:", "repositories", "", "/run/door:",
                    "door.sock", "/build:", "", "/tmp:", "hidden",
                ].filter { !$0.isEmpty }
        )
    }

    @Test func files_boundIn_canOnlyBeRead() async throws {
        let script = """
            for path in / /etc /usr /run /run/asu /run/door /pristine /pristine/tree /dev /proc/sys; do
                ( : >"$path/asu-test" ) 2>/dev/null && echo "$path"
            done
            rm -f /run/door/door.sock /run/asu/repositories 2>/dev/null
            [ -S /run/door/door.sock ] && [ -e /run/asu/repositories ] && : >/build/x && : >/tmp/x && echo done
            """
        #expect(try await lines(script) == ["done"])
    }

    @Test func network_isTheLoopbackOfItsOwn() async throws {
        #expect(try await lines("tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '") == ["lo"])
        #expect(try await look("tail -n +2 /proc/net/route | wc -l") == "0\n")
        let script = """
            for host in 127.0.0.1/$1 192.0.2.1/80 1.1.1.1/53; do
                (exec 9<>/dev/tcp/$host) 2>/dev/null && echo "reached $host"
            done
            echo done
            """
        #expect(try await lines(script) == ["done"])
    }

    @Test func privileges_areNone() async throws {
        let status = try await lines("grep -E '^(CapEff|CapPrm|CapBnd|NoNewPrivs)' /proc/self/status | tr -d '\\t'")
        #expect(status.contains("CapEff:0000000000000000"))
        #expect(status.contains("CapPrm:0000000000000000"))
        #expect(status.contains("NoNewPrivs:1"))
        #expect(try await lines("ls -d /proc/[0-9]* | wc -l")[0].count < 2)
    }
}
