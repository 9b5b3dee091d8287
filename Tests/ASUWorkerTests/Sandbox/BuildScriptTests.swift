import Foundation
import NIOPosix
import Testing

@testable import ASUWorker

/// The scripts on a small stand-in for an ImageBuilder's tree.
@Suite struct BuildScriptTests {
    private struct Room: ~Copyable {
        let path: String

        init() throws {
            path = FileManager.default.temporaryDirectory.appending(path: "asu-builder-\(UUID().uuidString)").path
            let kernels = "prepared/tree/build_dir/target-x/linux-y"
            for name in [
                "logs", "input/files/etc", "work", "out", "prepared/tree/packages",
                "prepared/tree/staging_dir/host/bin",
                "\(kernels)/linux-6.1",
            ] {
                try FileManager.default.createDirectory(atPath: "\(path)/\(name)", withIntermediateDirectories: true)
            }
            try write("prepared/tree/Makefile", Self.makefile)
            try write("prepared/tree/repositories.conf", "src/gz core https://downloads.openwrt.org/core\n")
            try write("prepared/tree/staging_dir/host/bin/opkg", "#!/bin/sh\necho \"libc - 1.0 $5 $6\"\n")
            try write("input/repositories", "src/gz core http://127.0.0.1:8100/core\n")
            try write("input/files/etc/motd", "hello\n")
            for name in ["board-a", "board-b"] {
                try write("\(kernels)/\(name)-kernel.bin", String(repeating: name, count: 50_000))
            }
            try write("\(kernels)/linux-6.1/source.dts", "/ {};\n")
            let opkg = "\(path)/prepared/tree/staging_dir/host/bin/opkg"
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: opkg)
        }

        func write(_ name: String, _ text: String) throws {
            try text.write(toFile: "\(path)/\(name)", atomically: true, encoding: .utf8)
        }

        deinit {
            do { try FileManager.default.removeItem(atPath: path) } catch { Issue.record(error) }
        }

        private static let makefile = """
            info:
            \t@printf 'Current Target: "x/y"\\nCurrent Revision: "r1"\\nAvailable Profiles:\\n\\n'
            \t@printf 'board-a:\\n    A\\nboard-b:\\n    B\\n'
            staging_dir/host/.prereq-build:
            \t@echo checking; exit 1
            package_reload:
            \t@grep -c src/gz repositories.conf || touch packages/Packages.gz
            image:
            \t@mkdir -p build_dir/target-x/root.orig-y
            \t@echo "$(PROFILE)|$(PACKAGES)|$(EXTRA_IMAGE_NAME)|$(ROOTFS_PARTSIZE)|$(ROOTFS_FILESYSTEM)"
            \t@cat repositories.conf; head -c 8 build_dir/target-x/linux-y/$(PROFILE)-kernel.bin; echo
            \t@cat build_dir/target-x/linux-y/linux-6.1/source.dts
            \t@test ! -L build_dir/target-x/linux-y/$(PROFILE)-kernel.bin
            \t@cp $(FILES)/etc/motd $(BIN_DIR)/image.bin
            \t@exit 3
            """
    }

    private static func prepare(_ room: String) -> SandboxedCommand {
        SandboxedCommand(
            ["/bin/sh", "-c", .text(BuildScript.prepare), "asu-prepare", .path(in: "/build", "")],
            workspace: .folder(.init("\(room)/prepared", at: "/build", isWritable: true)),
            logFolder: "\(room)/logs"
        )
    }

    private static let limits = SandboxLimits(wallTime: .seconds(60))

    @Test(arguments: [true, false])
    func prepareAndBuild_standInTree_givesImagesAndManifest(confined: Bool) async throws {
        let room = try Room()
        let sandbox: any Sandbox = confined ? BubblewrapSandbox() : UnconfinedSandbox()
        let prepared = try await sandbox.run(
            Self.prepare(room.path),
            limits: Self.limits
        )
        try #require(prepared.ending == .exited(0), "\(prepared.stderr.tail)")
        let info = try ImageBuilderInfo(text: prepared.stdout.tail)
        #expect(Set(info.profiles.keys) == ["board-a", "board-b"])
        #expect(prepared.stdout.tail.contains("x/y"))
        let tree = "\(room.path)/prepared/tree"
        #expect(FileManager.default.fileExists(atPath: "\(tree)/packages/Packages.gz"))
        #expect(try String(contentsOfFile: "\(tree)/repositories.conf", encoding: .utf8).contains("downloads"))
        #expect(FileManager.default.fileExists(atPath: "\(room.path)/prepared/large/board-b-kernel.bin"))

        let work = SandboxedCommand.Mount("\(room.path)/work", at: "/build", isWritable: true)
        let command = SandboxedCommand(
            [
                "/bin/sh", "-c", .text(BuildScript.build), "asu-build", .path(in: "/pristine", ""),
                .path(in: "/build", ""), "", "8100", "board-a", "vim -ppp", "abc123", .path(in: "/run/asu", "files"),
                "64",
                "", .path(in: "/run/asu", "repositories"), "",
            ],
            mounts: [.init("\(room.path)/prepared", at: "/pristine"), .init("\(room.path)/input", at: "/run/asu")],
            workspace: confined ? .memory(at: "/build") : .folder(work),
            logFolder: "\(room.path)/logs"
        )
        let archive = "\(room.path)/out.tar"
        let outcome = try await sandbox.run(command, limits: Self.limits) { descriptor in
            try await NIOThreadPool.singleton.runIfActive {
                let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: false)
                try (handle.readToEnd() ?? Data()).write(to: URL(filePath: archive))
            }
        }
        #expect(outcome.exitCode == 2, "\(outcome.stderr.tail)")
        #expect(
            outcome.stdout.tail == """
                board-a|vim -ppp|abc123|64|
                src/gz core http://127.0.0.1:8100/core
                board-ab
                / {};

                """
        )
        let listing = try await sandbox.run(
            SandboxedCommand(
                ["/bin/sh", "-c", "tar -tf \"$1\"; tar -xOf \"$1\" image.bin", "t", .path(in: "/in", "out.tar")],
                mounts: [.init(room.path, at: "/in")],
                workspace: .folder(work),
                logFolder: "\(room.path)/logs"
            ),
            limits: Self.limits
        )
        let lines = Set(listing.stdout.tail.split(separator: "\n"))
        #expect(lines == ["asu-manifest", "image.bin", "hello"])
    }
}
