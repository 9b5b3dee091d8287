import ASUCore
import Foundation
import NIOCore
import Testing

@testable import ASUWorker

@Suite struct LegacyResultBodyTests {
    private func body(binDir: String? = "a/b", stderr: String = "err") throws -> ResultBody {
        let job = try SampleJob.job { $0.packages = ["vim"] }
        return ResultBody(
            job: job,
            hash: RequestHash(job.request),
            enqueuedAt: 1_700_000_000_123,
            binDir: binDir,
            commands: ["make", "image"],
            stdout: "out",
            stderr: stderr
        )
    }

    private func text(_ fields: [String: ByteBuffer]) throws -> String {
        String(buffer: try #require(fields[ResultField.legacy]))
    }

    private func hash() throws -> RequestHash { RequestHash(try SampleJob.request { $0.packages = ["vim"] }) }

    @Test func done_images_isThisJSON() throws {
        let images = BuiltImages(
            fields: [
                "images": [["name": "a.bin", "type": "sysupgrade", "sha256": "00", "filesystem": "squashfs"]],
                "source_date_epoch": 1_582_502_402, "version_number": "23.05.5", "version_code": "r1-a",
                "status": "queued", "id": "forged", "bin_dir": "forged", "image_prefix": "openwrt", "target": "a/b",
                "titles": [["title": "A"]], "supported_devices": ["x"], "arch_packages": "mips", "other": 1,
            ],
            images: [],
            manifest: ["vim": "9.0"]
        )
        let expected = """
            {"arch_packages":"mips","bin_dir":"a/b","build_at":"Mon, 24 Feb 2020 00:00:02 GMT","buildlog":true,\
            "enqueued_at":"Tue, 14 Nov 2023 22:13:20 GMT","id":"board-a","image_prefix":"openwrt",\
            "images":[{"filesystem":"squashfs","name":"a.bin","sha256":"00","type":"sysupgrade"}],\
            "manifest":{"vim":"9.0"},"metadata_version":1,"request_hash":"\(try hash())","supported_devices":["x"],\
            "target":"a/b","titles":[{"title":"A"}],"version_code":"r1-a","version_commit":"r1-a",\
            "version_number":"23.05.5"}
            """
        #expect(try text(body().done(images)) == expected)
    }

    @Test func failed_message_isThisJSON() throws {
        let expected = """
            {"bin_dir":"a/b","buildlog":true,"detail":"Image not found: a",\
            "enqueued_at":"Tue, 14 Nov 2023 22:13:20 GMT","error":"Image not found: a","log":"err",\
            "message":"Image not found: a","request_hash":"\(try hash())"}
            """
        #expect(try text(body().failed("Image not found: a")) == expected)
    }

    @Test func failed_withoutFiles_hasNoLogFile() throws {
        let fields = try body(binDir: nil, stderr: "").failed("a")
        #expect(try text(fields).contains(#""buildlog":false"#))
        #expect(try text(fields).contains(#""log":"out""#))
        #expect(try !text(fields).contains("bin_dir"))
    }

    @Test func compressed_isTheSame() throws {
        let fields = try body().failed("a")
        let compressed = try #require(fields[ResultField.legacyCompressed])
        let plain = try Compression.decompress(Array(buffer: compressed), maxBytes: 1 << 20)
        #expect(try String(decoding: plain, as: UTF8.self) == text(fields))
        #expect(Set(fields.keys) == ["v1", "v1.gz", "2020", "2020.gz"])
    }
}
