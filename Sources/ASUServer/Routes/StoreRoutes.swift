import ASUCore
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import NIOPosix

/// `GET /store/...`: the artifacts, with Content-Length, Range and ETag.
struct StoreRoutes: Sendable {
    /// Where artifacts lie; a folder.
    let root: String
    let queue: JobQueue

    /// Files up to this size are read in one go with the opening.
    private static let smallFile = 128 << 10
    private static let chunk = 256 << 10

    @Sendable
    func get(_ request: Request, _ context: some RequestContext) async throws -> Response {
        // `**` comes undecoded: percent-encoding is undone part by part, and each part must then be a plain name.
        let parts = request.uri.path.split(separator: "/").dropFirst().map { String($0).removingPercentEncoding ?? "" }
        guard !parts.isEmpty, parts.count <= 8, parts.allSatisfy(ArtifactName.isValid) else {
            throw HTTPError(.notFound)
        }
        if parts.count == 2, let hash = RequestHash(parts[0]) { return try await redirect(hash, file: parts[1]) }

        let (root, isGet) = (root, request.method == .get)
        let wantsBytes = isGet && request.headers[.range] == nil
        let (file, bytes) = try await BlockingWork.run { () -> (StoredFile?, ByteBuffer?) in
            guard let file = StoredFile.open(root, parts) else { return (nil, nil) }
            guard wantsBytes, file.size <= Self.smallFile else { return (file, nil) }
            return (file, try file.read(offset: 0, count: file.size))
        }
        guard let file else { throw HTTPError(.notFound) }
        var headers = Self.headers(file, name: parts[parts.count - 1])
        if let tags = request.headers[.ifNoneMatch], EntityTags.matches(tags, file.etag) {
            return Response(status: .notModified, headers: headers)
        }
        if let bytes, bytes.readableBytes == file.size {
            return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: bytes))
        }
        // Only a GET can be partial (RFC 9110, section 14.2).
        let mayBePartial = isGet && (request.headers[.ifRange].map { $0 == file.etag } ?? true)
        switch ByteRange(header: mayBePartial ? request.headers[.range] : nil, size: file.size) {
        case .whole:
            return Response(status: .ok, headers: headers, body: body(file, 0..<file.size, request))
        case .part(let range):
            headers[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(file.size)"
            return Response(status: .partialContent, headers: headers, body: body(file, range, request))
        case .unsatisfiable:
            let answer = try Answer(
                .rangeNotSatisfiable,
                headers: [.contentRange: "bytes */\(file.size)"],
                detail: "The range lies outside the file's \(file.size) bytes"
            )
            return try answer.response(from: request, context: context)
        }
    }

    private static func headers(_ file: StoredFile, name: String) -> HTTPFields {
        var headers: HTTPFields = [
            .acceptRanges: "bytes",
            .eTag: file.etag,
            .cacheControl: "public, max-age=86400, immutable",
            .xContentTypeOptions: "nosniff",
        ]
        let isText = name.hasSuffix(".txt") || name.hasSuffix(".manifest") || name == "sha256sums"
        headers[.contentType] =
            name.hasSuffix(".json")
            ? "application/json" : isText ? "text/plain; charset=utf-8" : "application/octet-stream"
        // A log is read in the browser; what is to be flashed is saved.
        if !isText && !name.hasSuffix(".json") { headers[.contentDisposition] = "attachment; filename=\"\(name)\"" }
        return headers
    }

    private func body(_ file: StoredFile, _ range: Range<Int>, _ request: Request) -> ResponseBody {
        ResponseBody(contentLength: range.count) { writer in
            var offset = range.lowerBound
            while offset < range.upperBound {
                let start = offset
                let count = min(Self.chunk, range.upperBound - start)
                let bytes = try await BlockingWork.run { try file.read(offset: start, count: count) }
                guard bytes.readableBytes == count else { throw IOError(errnoCode: EIO, reason: "file got shorter") }
                offset += count
                try await writer.write(bytes)
            }
            try await writer.finish(nil)
        }
    }

    /// `/<bin_dir>/buildlog.txt`, without `/store`, leads to the file, which need not be there.
    @Sendable
    func log(_ request: Request, _ context: some RequestContext) async throws -> Response {
        let parts = request.uri.path.split(separator: "/").map { String($0).removingPercentEncoding ?? "" }
        // Plain names only, so that the address leads nowhere else.
        guard parts.allSatisfy(ArtifactName.isValid), RequestHash(parts[4]) != nil else { throw HTTPError(.notFound) }
        let location = "/store/" + parts.joined(separator: "/")
        return Response(
            status: .movedPermanently,
            headers: [.location: location, .cacheControl: "public, max-age=3600"]
        )
    }

    /// `/store/<request hash>/<file>` leads to the current publication.
    private func redirect(_ hash: RequestHash, file: String) async throws -> Response {
        guard let record = try await queue.record(hash: hash.text), let directory = record.binDir else {
            throw HTTPError(.notFound)
        }
        return Response(status: .found, headers: [.location: "/store/\(directory)/\(file)", .cacheControl: "no-store"])
    }
}
