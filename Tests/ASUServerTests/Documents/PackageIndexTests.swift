import ASUCore
import ASUTestSupport
import Testing

extension ServerTests {
    /// The package indexes of targets and architectures.
    @Suite struct PackageIndexTests {
        @Test(arguments: ["/json/v1/releases/24.10.2", "/json/v1/snapshots", "/json/releases/24.10-SNAPSHOT"])
        func targetIndex_mergesKernelModules(_ path: String) async throws {
            let running = try await RunningServer.current()
            let reply = try await running.send("\(path)/targets/ath79/generic/index.json")
            #expect(reply.status == 200)
            #expect(
                reply.value == [
                    "architecture": "mips_24kc",
                    "packages": ["kernel": "6.6.93~1", "kmod-ath9k": "6.6.93-r1", "libgcc": "13.3.0-r4"],
                ]
            )
        }

        @Test func targetIndex_equalBlobsOfTwoArchitectures_keepTheirs() async throws {
            let running = try await RunningServer.current()
            for (target, architecture) in [("ath79/tiny", "mips_24kc"), ("x86/64", "x86_64")] {
                let reply = try await running.send("/json/v1/releases/24.10.2/targets/\(target)/index.json")
                #expect(reply.json["architecture"] == .string(architecture))
            }
        }

        @Test(arguments: ["releases/24.10.2", "releases/25.12.0", "snapshots"])
        func architectureIndex_mergesFeedsNewestWinsNoVirtualNames(_ path: String) async throws {
            let running = try await RunningServer.current()
            let reply = try await running.send("/json/v1/\(path)/packages/mips_24kc-index.json")
            #expect(reply.status == 200)
            #expect(
                reply.value == [
                    "dnsmasq-full": "2.90-r4", "luci": "24.100.1", "tmux": "3.4-r1", "uhttpd": "2023.06-r10",
                    "vim": "9.1-r1",
                ]
            )
        }

        @Test(arguments: [
            "releases/24.10.9/packages/mips_24kc-index.json", "releases/24.10.2/packages/riscv64-index.json",
            "releases/24.10.2/targets/ath79/nand/index.json", "releases/23.05.5/targets/ath79/generic/index.json",
            "releases/SNAPSHOT/targets/ath79/generic/index.json", "releases/24.10.9/targets/x86/64/generic.json",
            "releases/24.10.2/targets/ath79/nand/generic.json", "releases/24.10.2/targets/x86/64/generic",
            "releases/24.10.2/packages/-index.json", "releases/24.10.2/packages/mips_24kc.json",
            "releases/24.10.2/packages/base/Packages.json", "releases", "releases/24.10.2", "releases/x.json", "",
            "snapshots.json", "nothing.json", ".json", "v1/overview.json", "overview.json/x",
            "targets/x86/64/index.json",
            "releases/24.10.2/targets/x86/64/x/index.json", "releases/24.10.2/targets/x86/index.json",
        ])
        func unknown_is404JSON(_ path: String) async throws {
            let running = try await RunningServer.current()
            try await running.send("/json/v1/\(path)").expectError(404)
        }

        @Test(arguments: [
            "/json/v1/../../etc/passwd", "/json/v1/%2e%2e/%2e%2e/etc/passwd.json", "/json/..%2f..%2fetc.json",
            "/json/v1/releases/../24.10.2/targets/x86/64/index.json",
            "/json/v1/releases/24.10.2/targets/..%2f../x86/index.json", "/json/v1/releases/%00/targets/x86/64/a.json",
            "/json/v1/releases/24.10.2/targets/x86/64/..%2findex.json", "/json/%ff.json", "/json/v1/%",
            "/json/v1/releases/24.10.2/targets/x86/64/%0d%0aX-Evil:1.json",
        ])
        func traversal_is404(_ path: String) async throws {
            let running = try #require(RunningServer.shared)
            for method in ["GET", "HEAD"] {
                let reply = try await running.raw.request("\(method) \(path)")
                #expect(reply.status == 404, "\(reply)")
                #expect(reply.headers["x-evil"] == nil)
            }
        }
    }
}
