import ASUCore
import Foundation
import NIOCore
import Testing

@testable import ASUWorker

@Suite struct ResultBodyTests {
    private func body(_ job: BuildJob, binDir: String? = "a/b") throws -> ResultBody {
        ResultBody(
            job: job,
            hash: RequestHash(job.request),
            enqueuedAt: 1_700_000_000_123,
            binDir: binDir,
            commands: ["make", "image"],
            stdout: "out/put",
            stderr: "err"
        )
    }

    private func decode(_ fields: [String: ByteBuffer]) throws -> [String: JSONValue] {
        let plain = try #require(fields[ResultField.v1])
        return try JSONDecoder().decode([String: JSONValue].self, from: Data(plain.readableBytesView))
    }

    private static let request = """
        {"client":null,"defaults":null,"diff_packages":false,"distro":"openwrt","filesystem":null,\
        "packages":["vim"],"packages_versions":{},"profile":"board-a","repositories":{},"repositories_mode":"replace",\
        "repository_keys":[],"rootfs_size_mb":null,"target":"ath79/generic","version":"23.05.5","version_code":""}
        """

    @Test func done_images_isThisJSON() throws {
        let job = try SampleJob.job { $0.packages = ["vim"] }
        let images = BuiltImages(
            fields: [
                "images": .array([.object(["name": "a.bin", "type": "sysupgrade", "sha256": "00"])]),
                "source_date_epoch": .integer(1_700_000_000), "version_number": "23.05.5", "status": "queued",
                "id": "forged", "bin_dir": "forged",
            ],
            images: [],
            manifest: ["vim": "9.0"]
        )
        let text = String(buffer: try #require(body(job).done(images)[ResultField.v1]))
        let expected = """
            {"bin_dir":"a/b","build_at":"2023-11-14T22:13:20Z","build_cmd":["make","image"],"detail":"done",\
            "enqueued_at":"2023-11-14T22:13:20Z","id":"board-a","imagebuilder_status":"done",\
            "images":[{"name":"a.bin","sha256":"00","type":"sysupgrade"}],"manifest":{"vim":"9.0"},\
            "request":\(Self.request),"request_hash":"\(RequestHash(job.request))","source_date_epoch":1700000000,\
            "status":200,"stderr":"err","stdout":"out/put","titles":[],"version_number":"23.05.5"}
            """
        #expect(text == expected)
    }

    @Test func failed_message_isThisJSON() throws {
        let job = try SampleJob.job { $0.packages = ["vim"] }
        let text = String(buffer: try #require(body(job, binDir: nil).failed("Image not found: a")[ResultField.v1]))
        let expected = """
            {"build_cmd":["make","image"],"detail":"Error: Image not found: a","enqueued_at":"2023-11-14T22:13:20Z",\
            "imagebuilder_status":"failed","request":\(Self.request),"request_hash":"\(RequestHash(job.request))",\
            "status":500,"stderr":"err","stdout":"out/put"}
            """
        #expect(text == expected)
    }

    @Test func done_compressed_isTheSame() throws {
        let fields = try body(SampleJob.job()).done(BuiltImages(fields: [:], images: [], manifest: [:]))
        let compressed = try #require(fields[ResultField.v1Compressed])
        let plain = try #require(fields[ResultField.v1])
        #expect(compressed.readableBytes < plain.readableBytes)
        #expect(try Compression.decompress(Array(buffer: compressed), maxBytes: 1 << 20) == Array(buffer: plain))
    }

    @Test func done_titles_stayAsTheyAre() throws {
        let titles = JSONValue.array([.object(["vendor": "8devices"])])
        let fields = try body(SampleJob.job()).done(BuiltImages(fields: ["titles": titles], images: [], manifest: [:]))
        #expect(try decode(fields)["titles"] == titles)
    }
}
