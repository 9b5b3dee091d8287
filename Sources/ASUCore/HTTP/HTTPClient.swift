/// HTTP by libcurl: many transfers at once on one thread, connections kept and shared.
///
/// The thread runs until ``shutdown()``, or until the client is released.
package final class HTTPClient: Sendable {
    /// What all requests of a client have in common.
    package struct Configuration: Sendable {
        /// The `User-Agent` field.
        package var userAgent: String
        /// Most connections to one host.
        package var maxConnectionsPerHost = 8
        /// Most transfers at once; others wait in order.
        package var maxParallelTransfers = 16
        /// Longest time for the connection, TLS included.
        package var connectTimeout: Duration = .seconds(10)
        /// A transfer slower than this many bytes a second for ``lowSpeedTime`` is given up as timed out.
        package var lowSpeedLimit = 1000
        /// See ``lowSpeedLimit``; whole seconds.
        package var lowSpeedTime: Duration = .seconds(30)
        /// Whether `http_proxy`, `https_proxy` and `no_proxy` of the environment count.
        package var usesEnvironmentProxy = true
        /// A PEM file of certificate authorities in place of the system's.
        package var certificateFile: String?
        /// How often a download is tried in all.
        package var downloadAttempts = 5
        /// Pause before the second attempt of a download; doubled each time, up to 30 seconds.
        package var retryDelay: Duration = .milliseconds(500)

        /// The defaults.
        package init(userAgent: String) {
            self.userAgent = userAgent
        }
    }

    let configuration: Configuration
    private let loop: CurlLoop

    /// Starts the client's thread.
    package init(configuration: Configuration) {
        self.configuration = configuration
        loop = CurlLoop(configuration)
    }

    deinit {
        loop.stop()
    }

    /// Ends the thread; open and later requests fail with ``HTTPFetchError`` `.shutDown`.
    ///
    /// Returns at once.
    package func shutdown() {
        loop.stop()
    }

    /// Sends a request and returns the whole reply, whatever its status: 304 and 404 are replies too.
    ///
    /// - Throws: ``HTTPFetchError`` if there is no complete reply, `.tooLarge` if it exceeds
    ///   ``HTTPFetch/maxBytes``, `.cancelled` soon after the task is cancelled.
    package func fetch(_ fetch: HTTPFetch) async throws -> HTTPReply {
        let sink = MemorySink(limit: fetch.maxBytes ?? 64 << 20, url: fetch.url)
        let head = try await transfer(fetch, to: sink)
        return HTTPReply(status: head.status, headers: head.headers, body: sink.body, finalURL: head.finalURL)
    }

    /// Runs one transfer; the sink is the caller's again when this returns.
    func transfer(_ fetch: HTTPFetch, to sink: any ResponseSink) async throws -> ResponseHead {
        let transfer = CurlTransfer(fetch, sink: sink)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                transfer.continuation = continuation
                loop.submit(transfer)
            }
        } onCancel: {
            loop.cancel(transfer)
        }
    }
}
