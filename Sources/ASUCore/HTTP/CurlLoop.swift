internal import CCurl
internal import Glibc
internal import Synchronization

/// The dedicated thread that drives all transfers of one client through one curl multi handle.
///
/// Unchecked because of the C handle: the thread alone touches it, but for `curl_multi_wakeup`, which is called
/// under the inbox's lock and not after ``Inbox/ended``.
final class CurlLoop: @unchecked Sendable {
    private struct Inbox {
        var arrivals: [CurlTransfer] = []
        var cancelled = false
        var stopping = false
        var ended = false
    }

    private let inbox = Mutex(Inbox())
    private let multi: UnsafeMutableRawPointer
    private let configuration: HTTPClient.Configuration

    // The thread's own.
    private var waiting: [CurlTransfer] = []
    private var active: [CurlTransfer.Handle: CurlTransfer] = [:]

    private static let libraryReady: Bool = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    /// Starts the thread.
    init(_ configuration: HTTPClient.Configuration) {
        guard Self.libraryReady, let multi = curl_multi_init() else {
            preconditionFailure("libcurl cannot be initialised: out of memory")
        }
        self.multi = multi
        self.configuration = configuration
        asu_curl_multi_set_long(multi, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX)
        asu_curl_multi_set_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, configuration.maxConnectionsPerHost)
        asu_curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, max(4, configuration.maxParallelTransfers))
        var thread = pthread_t()
        let context = Unmanaged.passRetained(self).toOpaque()
        let code = pthread_create(&thread, nil, runCurlLoop, context)
        precondition(code == 0, "no thread for libcurl: \(String(cString: strerror(code)))")
        pthread_detach(thread)
    }

    /// Hands a transfer over; its continuation must be set.
    func submit(_ transfer: CurlTransfer) {
        let accepted = inbox.withLock { inbox in
            guard !inbox.stopping else { return false }
            inbox.arrivals.append(transfer)
            curl_multi_wakeup(multi)
            return true
        }
        if !accepted { transfer.fail(Self.shutDown(transfer)) }
    }

    /// Asks for a transfer to be dropped; it may be submitted later, be waiting, running or over.
    func cancel(_ transfer: CurlTransfer) {
        transfer.cancelRequested.store(true, ordering: .releasing)
        inbox.withLock { inbox in
            guard !inbox.ended else { return }
            inbox.cancelled = true
            curl_multi_wakeup(multi)
        }
    }

    /// Ends the thread; open transfers fail.
    func stop() {
        inbox.withLock { inbox in
            guard !inbox.ended else { return }
            inbox.stopping = true
            curl_multi_wakeup(multi)
        }
    }

    fileprivate func run() {
        while true {
            let (arrivals, cancelled, stopping) = inbox.withLock { inbox in
                let taken = (inbox.arrivals, inbox.cancelled || !inbox.arrivals.isEmpty, inbox.stopping)
                inbox.arrivals = []
                inbox.cancelled = false
                return taken
            }
            waiting += arrivals
            if stopping { break }
            if cancelled { dropCancelled() }
            startWaiting()
            var running: Int32 = 0
            curl_multi_perform(multi, &running)
            let finished = reapFinished()
            if finished > 0 && !waiting.isEmpty { continue }
            curl_multi_poll(multi, nil, 0, active.isEmpty ? 60_000 : 1000, nil)
        }
        end()
    }

    private func end() {
        inbox.withLock { $0.ended = true }
        for (easy, transfer) in active {
            curl_multi_remove_handle(multi, easy)
            transfer.fail(Self.shutDown(transfer))
        }
        active = [:]
        for transfer in waiting { transfer.fail(Self.shutDown(transfer)) }
        waiting = []
        curl_multi_cleanup(multi)
    }

    private func startWaiting() {
        let free = min(waiting.count, configuration.maxParallelTransfers - active.count)
        guard free > 0 else { return }
        for transfer in waiting.prefix(free) {
            do throws(HTTPFetchError) {
                let easy = try transfer.open(configuration)
                curl_multi_add_handle(multi, easy)
                active[easy] = transfer
            } catch {
                transfer.fail(error)
            }
        }
        waiting.removeFirst(free)
    }

    private func dropCancelled() {
        for (easy, transfer) in active where transfer.cancelRequested.load(ordering: .acquiring) {
            curl_multi_remove_handle(multi, easy)
            active[easy] = nil
            transfer.fail(Self.cancelled(transfer))
        }
        guard waiting.contains(where: { $0.cancelRequested.load(ordering: .acquiring) }) else { return }
        let all = waiting
        waiting = all.filter { !$0.cancelRequested.load(ordering: .acquiring) }
        let kept = Set(waiting.map(ObjectIdentifier.init))
        for transfer in all where !kept.contains(ObjectIdentifier(transfer)) {
            transfer.fail(Self.cancelled(transfer))
        }
    }

    private func reapFinished() -> Int {
        var finished = 0
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else { continue }
            // The message is gone once the handle leaves.
            let result = asu_curl_message_result(message)
            curl_multi_remove_handle(multi, easy)
            finished += 1
            guard let transfer = active.removeValue(forKey: easy) else { continue }
            if result != CURLE_OK && transfer.cancelRequested.load(ordering: .acquiring) {
                transfer.fail(Self.cancelled(transfer))
            } else {
                transfer.finish(result)
            }
        }
        return finished
    }

    private static func cancelled(_ transfer: CurlTransfer) -> HTTPFetchError {
        HTTPFetchError(.cancelled, url: transfer.fetch.url, "cancelled")
    }

    private static func shutDown(_ transfer: CurlTransfer) -> HTTPFetchError {
        HTTPFetchError(.shutDown, url: transfer.fetch.url, "the HTTP client was shut down")
    }
}

private func runCurlLoop(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let context else { return nil }
    // OpenSSL writes without MSG_NOSIGNAL: a peer that hangs up must not end the process.
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    Unmanaged<CurlLoop>.fromOpaque(context).takeRetainedValue().run()
    return nil
}
