import ASUCore
import Foundation
import NIOCore

/// Encodes a finished build's answer once, as the bytes that every later request gets.
struct ResultBody {
    let job: BuildJob
    let hash: RequestHash
    /// Unix milliseconds.
    let enqueuedAt: Int64
    /// The folder of the files, relative to the store.
    let binDir: String?
    /// The commands that were run, for people.
    let commands: [String]
    /// The last 16 KB of each stream.
    let stdout: String
    let stderr: String

    /// The bodies of a build with images (status 200), by the names of their fields.
    func done(_ images: BuiltImages) throws -> [String: ByteBuffer] {
        try v1(images).merging(legacy(images)) { _, last in last }
    }

    private func v1(_ images: BuiltImages) throws -> [String: ByteBuffer] {
        var fields = images.fields
        fields["status"] = 200
        fields["detail"] = "done"
        fields["imagebuilder_status"] = "done"
        fields["id"] = .string(job.profile.text)
        fields["manifest"] = .object(images.manifest.mapValues(JSONValue.string))
        if case .integer(let seconds)? = fields["source_date_epoch"] {
            fields["build_at"] = .string(Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601))
        }
        // The selector maps over it unasked.
        if fields["titles"]?.array == nil { fields["titles"] = [] }
        return try encode(fields)
    }

    /// The bodies of a build without (status 500).
    func failed(_ message: String) throws -> [String: ByteBuffer] {
        let v1 = try encode([
            "status": 500, "detail": .string("Error: \(message)"), "imagebuilder_status": "failed",
        ])
        return try v1.merging(legacyFailure(message)) { _, last in last }
    }

    /// Encodes with sorted keys, so that equal results are equal bytes.
    static func json(_ fields: [String: JSONValue]) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try Array(encoder.encode(fields))
    }

    private func encode(_ own: [String: JSONValue]) throws -> [String: ByteBuffer] {
        var fields = own
        fields["request_hash"] = .string(hash.text)
        fields["request"] = try JSONValue(encoding: BuildRequestBody(job.request))
        let date = Date(timeIntervalSince1970: Double(enqueuedAt) / 1000)
        fields["enqueued_at"] = .string(date.formatted(.iso8601))
        fields["stdout"] = .string(stdout)
        fields["stderr"] = .string(stderr)
        if let binDir { fields["bin_dir"] = .string(binDir) }
        if !commands.isEmpty { fields["build_cmd"] = .array(commands.map(JSONValue.string)) }
        let bytes = try Self.json(fields)
        return [
            ResultField.v1: ByteBuffer(bytes: bytes),
            ResultField.v1Compressed: ByteBuffer(bytes: try Compression.gzip(bytes)),
        ]
    }
}
