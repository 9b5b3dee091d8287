import ASUCore
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Synchronization

/// The one way out of the sandbox: a read-only HTTP proxy on a Unix socket that knows this build's feeds and nothing
/// else. `GET /feed/<n>/<file>` answers with a file of feed `n`.
struct PackageDoor: Sendable {
    let feeds: [RepositoryFile.Feed]
    let cache: PackageCache
    let absences = Absences()
    let logger: Logger

    /// The indexes that upstream doesn't have: such a feed is borne, not blamed.
    final class Absences: Sendable {
        private let paths = Mutex<Set<String>>([])

        /// The paths below the door's address.
        var all: [String] { paths.withLock { $0.sorted() } }

        func insert(_ path: String) { paths.withLock { _ = $0.insert(path) } }
    }

    /// Where the door listens.
    enum Address: Sendable {
        /// A Unix socket, at most 107 bytes of path: what a sandbox without a network can reach.
        case socket(String)
        /// A free port of the loopback, for builds without a sandbox.
        case loopback
    }

    /// Opens the door for as long as `body` runs.
    ///
    /// - Parameter body: Gets the port, or 0 for a socket.
    /// - Throws: ``DoorError``, and what `body` throws.
    func whileOpen<Value: Sendable>(
        at address: Address,
        _ body: @escaping @Sendable (_ port: Int) async throws -> Value
    ) async throws -> Value {
        if case .socket(let path) = address, path.utf8.count > 107 {
            throw DoorError(reason: "the socket's path is longer than 107 bytes, choose a shorter cache_path: \(path)")
        }
        let (ports, opened) = AsyncStream<Int>.makeStream()
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        let application = Application(
            responder: DoorResponder(door: self),
            configuration: ApplicationConfiguration(address: Self.bind(address)),
            onServerRunning: { opened.yield($0.localAddress?.port ?? 0) },
            logger: quiet
        )
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask {
                try await application.run()
                return nil
            }
            group.addTask {
                for await port in ports { return try await body(port) }
                throw CancellationError()
            }
            defer { group.cancelAll() }
            while let value = try await group.next() {
                if let value { return value }
                // The door closed before the build was done.
                opened.finish()
            }
            throw DoorError(reason: "it closed before the build was done")
        }
    }

    private static func bind(_ address: Address) -> BindAddress {
        switch address {
        case .socket(let path): .unixDomainSocket(path: path)
        case .loopback: .hostname("127.0.0.1", port: 0)
        }
    }

    fileprivate func answer(_ request: Request, _ context: some RequestContext) async throws -> Response {
        let parts = request.uri.path.split(separator: "/").map(String.init)
        guard request.method == .get || request.method == .head, parts.count == 3, parts[0] == "feed",
            let number = Int(parts[1]), feeds.indices.contains(number),
            let name = parts[2].removingPercentEncoding, ArtifactName.isValid(name)
        else { return Response(status: .forbidden) }
        switch try await cache.file(name, of: feeds[number].url) {
        case .missing:
            if PackageCache.isIndex(name) { absences.insert("/feed/\(number)/\(name)") }
            return Response(status: .notFound)
        case .file(let path):
            let body = try await FileIO().loadFile(path: path, context: context)
            return Response(status: .ok, headers: [.contentType: "application/octet-stream"], body: body)
        }
    }
}

/// Why no door could be opened.
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
            door.logger.warning("a feed can't be read", metadata: ["path": "\(request.uri.path)", "error": "\(error)"])
            return Response(status: .badGateway)
        }
    }
}
