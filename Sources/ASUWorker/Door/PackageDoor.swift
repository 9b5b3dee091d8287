import ASUCore
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

/// The one way out of the sandbox: a read-only HTTP proxy that knows the feeds of the builds that run now.
///
/// `GET /<build>/feed/<n>/<file>` answers with a file of the build's feed `n`; there is nothing else. It runs as long as the worker, and in its service group before it, so that a build that goes on while the worker
/// shuts down still has its door.
final class PackageDoor: Service, CustomStringConvertible {
    /// Where the door listens.
    enum Address: Sendable {
        /// A Unix socket, at most 107 bytes of path: what a sandbox without a network can reach.
        case socket(String)
        /// A free port of the loopback, for builds without a sandbox.
        case loopback
    }

    /// One build's use of the door.
    final class Pass: Sendable {
        /// The first part of its paths; not to be guessed by another build.
        let token = UUID().uuidString
        let feeds: [RepositoryFile.Feed]
        private let absent = Mutex<Set<String>>([])

        init(feeds: [RepositoryFile.Feed]) {
            self.feeds = feeds
        }

        /// The paths of indexes that upstream doesn't have: such a feed is borne, not blamed.
        var absentPaths: [String] { absent.withLock { $0.sorted() } }

        fileprivate func noteAbsent(_ path: String) { absent.withLock { _ = $0.insert(path) } }
    }

    let address: Address
    let cache: PackageCache
    private let logger: Logger
    private let passes = Mutex<[String: Pass]>([:])
    private let opened = AsyncStream<Int>.makeStream()

    init(address: Address, cache: PackageCache, logger: Logger) throws {
        if case .socket(let path) = address, path.utf8.count > 107 {
            throw DoorError(reason: "the socket's path is longer than 107 bytes, choose a shorter cache_path: \(path)")
        }
        self.address = address
        self.cache = cache
        self.logger = logger
    }

    var description: String { "package door" }

    func run() async throws {
        if case .socket(let path) = address {
            let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
            try await BlockingWork.run {
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            }
        }
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .error)
        let application = Application(
            responder: DoorResponder(door: self),
            configuration: ApplicationConfiguration(address: bindAddress),
            onServerRunning: { [opened] in opened.continuation.yield($0.localAddress?.port ?? 0) },
            logger: quiet
        )
        try await application.run()
        if case .socket(let path) = address {
            let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
            try await BlockingWork.run { try FileManager.default.removeItem(atPath: folder) }
        }
    }

    private var bindAddress: BindAddress {
        switch address {
        case .socket(let path): .unixDomainSocket(path: path)
        case .loopback: .hostname("127.0.0.1", port: 0)
        }
    }

    /// Waits until the door listens.
    ///
    /// - Returns: Its port, or 0 for a socket.
    /// - Throws: `CancellationError` if it never will.
    func waitUntilOpen() async throws -> Int {
        for await port in opened.stream { return port }
        throw CancellationError()
    }

    /// Lets one build use its feeds for as long as `body` runs.
    func admit<Value>(_ pass: Pass, while body: () async throws -> Value) async rethrows -> Value {
        passes.withLock { $0[pass.token] = pass }
        defer { passes.withLock { $0[pass.token] = nil } }
        return try await body()
    }

    fileprivate func answer(_ request: Request, _ context: some RequestContext) async throws -> Response {
        let parts = request.uri.path.split(separator: "/").map(String.init)
        guard request.method == .get || request.method == .head, parts.count == 4, parts[1] == "feed",
            let pass = passes.withLock({ $0[parts[0]] }), let number = Int(parts[2]),
            pass.feeds.indices.contains(number), let name = parts[3].removingPercentEncoding,
            ArtifactName.isValid(name)
        else { return Response(status: .forbidden) }
        switch try await cache.file(name, of: pass.feeds[number].url) {
        case .missing:
            if PackageCache.isIndex(name) { pass.noteAbsent("/feed/\(number)/\(name)") }
            return Response(status: .notFound)
        case .file(let path):
            let body = try await FileIO().loadFile(path: path, context: context)
            let response = Response(status: .ok, headers: [.contentType: "application/octet-stream"], body: body)
            // A body after the answer to a HEAD would be read as the next answer.
            return request.method == .head ? response.createHeadResponse() : response
        }
    }

    fileprivate func refuse(_ request: Request, _ error: any Error) -> Response {
        logger.warning("a feed can't be read", metadata: ["path": "\(request.uri.path)", "error": "\(error)"])
        return Response(status: .badGateway)
    }
}

/// Why there is no door.
struct DoorError: Error, CustomStringConvertible {
    let reason: String

    var description: String { "package door: \(reason)" }
}

private struct DoorResponder: HTTPResponder {
    let door: PackageDoor

    func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
        do {
            return try await door.answer(request, context)
        } catch {
            return door.refuse(request, error)
        }
    }
}
