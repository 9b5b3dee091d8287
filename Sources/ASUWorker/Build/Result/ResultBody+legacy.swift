import ASUCore
import Foundation
import NIOCore

/// The bodies of the API of 2020.
extension ResultBody {
    /// Without a `status`: auc 0.1 goes on polling as long as it sees a string there.
    func legacy(_ images: BuiltImages) throws -> [String: ByteBuffer] {
        var body = common
        for name in [
            "image_prefix", "images", "metadata_version", "supported_devices", "target", "titles", "version_code",
            "version_number", "arch_packages",
        ] {
            body[name] = images.fields[name]
        }
        body["id"] = .string(job.profile.text)
        body["metadata_version"] = body["metadata_version"] ?? 1
        body["titles"] = body["titles"] ?? []
        // The firmware selector of 2020 asks for the one name, its forerunner for the other.
        body["version_commit"] = images.fields["version_code"]
        body["manifest"] = .object(images.manifest.mapValues(JSONValue.string))
        if case .integer(let seconds)? = images.fields["source_date_epoch"] {
            body["build_at"] = .string(HTTPDate.text(Date(timeIntervalSince1970: Double(seconds))))
        }
        return try encodeLegacy(body)
    }

    /// `message` is what clients show; `error` and `log` are what that API's README promised.
    func legacyFailure(_ message: String) throws -> [String: ByteBuffer] {
        var body = common
        body["message"] = .string(message)
        body["error"] = .string(message)
        body["detail"] = .string(message)
        body["log"] = .string(stderr.isEmpty ? stdout : stderr)
        return try encodeLegacy(body)
    }

    private var common: [String: JSONValue] {
        var body: [String: JSONValue] = [
            "request_hash": .string(hash.text),
            "enqueued_at": .string(HTTPDate.text(Date(timeIntervalSince1970: Double(enqueuedAt) / 1000))),
            "buildlog": .bool(binDir != nil),
        ]
        if let binDir { body["bin_dir"] = .string(binDir) }
        return body
    }

    private func encodeLegacy(_ body: [String: JSONValue]) throws -> [String: ByteBuffer] {
        let bytes = try Self.json(body)
        return [
            ResultField.legacy: ByteBuffer(bytes: bytes),
            ResultField.legacyCompressed: ByteBuffer(bytes: try Compression.gzip(bytes)),
        ]
    }
}
