internal import CCurl

/// Sets options on a curl handle and remembers the first that was refused.
final class CurlOptions {
    private let easy: UnsafeMutableRawPointer
    private(set) var failure: CURLcode?

    init(_ easy: UnsafeMutableRawPointer) {
        self.easy = easy
    }

    func set(_ option: CURLoption, _ value: Int) { check(asu_curl_set_long(easy, option, value)) }

    func set(_ option: CURLoption, _ value: Bool) { set(option, value ? 1 : 0) }

    func set(_ option: CURLoption, _ value: String) { check(asu_curl_set_string(easy, option, value)) }

    func set(_ option: CURLoption, pointer: UnsafeMutableRawPointer?) {
        check(asu_curl_set_pointer(easy, option, pointer))
    }

    func set(_ option: CURLoption, list: UnsafeMutablePointer<curl_slist>?) {
        check(asu_curl_set_list(easy, option, list))
    }

    func set(_ option: CURLoption, callback: @escaping asu_curl_data_callback) {
        check(asu_curl_set_callback(easy, option, callback))
    }

    /// Everything that follows from the request and the client's configuration but header fields and callbacks.
    func apply(_ fetch: HTTPFetch, _ configuration: HTTPClient.Configuration) {
        check(asu_curl_allow_http_only(easy))
        check(asu_curl_do_not_wait_for_resolver(easy))
        set(CURLOPT_NOSIGNAL, true)
        set(CURLOPT_URL, fetch.url)
        set(CURLOPT_USERAGENT, configuration.userAgent)
        set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
        // Waiting to share a connection is worth it only where HTTP/2 is likely.
        set(CURLOPT_PIPEWAIT, fetch.url.lowercased().hasPrefix("https:"))
        set(CURLOPT_SSL_VERIFYPEER, 1)
        set(CURLOPT_SSL_VERIFYHOST, 2)
        if let file = configuration.certificateFile { set(CURLOPT_CAINFO, file) }
        set(CURLOPT_FOLLOWLOCATION, fetch.followsRedirects)
        set(CURLOPT_MAXREDIRS, 5)
        set(CURLOPT_TCP_KEEPALIVE, true)
        set(CURLOPT_BUFFERSIZE, 1 << 17)
        set(CURLOPT_CONNECTTIMEOUT_MS, configuration.connectTimeout.wholeMilliseconds)
        set(CURLOPT_LOW_SPEED_LIMIT, configuration.lowSpeedLimit)
        set(CURLOPT_LOW_SPEED_TIME, max(1, configuration.lowSpeedTime.wholeMilliseconds / 1000))
        if let timeout = fetch.timeout { set(CURLOPT_TIMEOUT_MS, max(1, timeout.wholeMilliseconds)) }
        if let start = fetch.rangeStart { set(CURLOPT_RANGE, "\(max(0, start))-") }
        if fetch.acceptsCompression { set(CURLOPT_ACCEPT_ENCODING, "") }
        if !configuration.usesEnvironmentProxy { set(CURLOPT_NOPROXY, "*") }
        if let path = fetch.unixSocketPath {
            set(CURLOPT_UNIX_SOCKET_PATH, path)
            set(CURLOPT_NOPROXY, "*")
        }
        applyMethod(fetch)
    }

    private func applyMethod(_ fetch: HTTPFetch) {
        switch fetch.method {
        case .get: set(CURLOPT_HTTPGET, true)
        case .head: set(CURLOPT_NOBODY, true)
        case .post, .put:
            check(asu_curl_set_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(fetch.body.count)))
            fetch.body.withUnsafeBytes { body in
                let empty: StaticString = ""
                let start = body.baseAddress ?? UnsafeRawPointer(empty.utf8Start)
                set(CURLOPT_COPYPOSTFIELDS, pointer: UnsafeMutableRawPointer(mutating: start))
            }
            if fetch.method == .put { set(CURLOPT_CUSTOMREQUEST, fetch.method.rawValue) }
        case .delete, .options: set(CURLOPT_CUSTOMREQUEST, fetch.method.rawValue)
        }
    }

    private func check(_ code: CURLcode) {
        if code != CURLE_OK && failure == nil { failure = code }
    }
}

extension Duration {
    /// Milliseconds, rounded down, within what curl takes.
    var wholeMilliseconds: Int {
        let (seconds, attoseconds) = components
        return Int(min(max(seconds, 0), 1_000_000)) * 1000 + Int(max(attoseconds, 0) / 1_000_000_000_000_000)
    }
}

extension HTTPFetchError {
    /// What a curl result means.
    init(_ code: CURLcode, url: String, detail: String) {
        let kind: Code =
            switch code {
            case CURLE_URL_MALFORMAT: .badURL
            // A refused scheme can only come from a redirect: the URL's own was checked.
            case CURLE_TOO_MANY_REDIRECTS, CURLE_UNSUPPORTED_PROTOCOL: .badRedirect
            case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_CONNECT: .unreachable
            case CURLE_OPERATION_TIMEDOUT: .timedOut
            case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
                CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_USE_SSL_FAILED:
                .tls
            case CURLE_FILESIZE_EXCEEDED: .tooLarge
            case CURLE_PARTIAL_FILE, CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_HTTP2,
                CURLE_HTTP2_STREAM:
                .truncated
            default: .badReply
            }
        let reason = String(cString: curl_easy_strerror(code))
        self.init(kind, url: url, detail.isEmpty || detail == reason ? reason : "\(detail) (\(reason))")
    }
}
