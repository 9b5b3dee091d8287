internal import CCurl
internal import Synchronization

/// One transfer and its curl handle.
///
/// Everything but ``cancelRequested`` belongs to the task before ``CurlLoop/submit(_:)`` and after the continuation
/// is resumed, and to the loop's thread in between: hence unchecked.
final class CurlTransfer: @unchecked Sendable {
    typealias Handle = UnsafeMutableRawPointer

    let fetch: HTTPFetch
    let sink: any ResponseSink
    let cancelRequested = Atomic<Bool>(false)
    var continuation: CheckedContinuation<ResponseHead, any Error>?

    private(set) var easy: Handle?
    private var fieldList: UnsafeMutablePointer<curl_slist>?
    private let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
    private var head = ResponseHead()
    private var bodyBegan = false
    private var headerBytes = 0
    private var failure: HTTPFetchError?

    init(_ fetch: HTTPFetch, sink: any ResponseSink) {
        self.fetch = fetch
        self.sink = sink
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        close()
        errorText.deallocate()
    }

    /// Makes the curl handle; on the loop's thread.
    func open(_ configuration: HTTPClient.Configuration) throws(HTTPFetchError) -> Handle {
        try fetch.validateURL()
        let fields = try fetch.headerFields()
        guard let easy = curl_easy_init() else {
            throw HTTPFetchError(.badRequest, url: fetch.url, "libcurl gave no handle")
        }
        self.easy = easy
        let options = CurlOptions(easy)
        options.set(CURLOPT_ERRORBUFFER, pointer: errorText)
        options.apply(fetch, configuration)
        for (name, value) in fields {
            // An empty value would remove the field; a semicolon sends it empty.
            fieldList = curl_slist_append(fieldList, value.isEmpty ? "\(name);" : "\(name): \(value)")
        }
        // Without this a body makes curl wait for "100 Continue".
        fieldList = curl_slist_append(fieldList, "Expect:")
        options.set(CURLOPT_HTTPHEADER, list: fieldList)
        let context = Unmanaged.passUnretained(self).toOpaque()
        options.set(CURLOPT_WRITEDATA, pointer: context)
        options.set(CURLOPT_WRITEFUNCTION, callback: receiveBody)
        options.set(CURLOPT_HEADERDATA, pointer: context)
        options.set(CURLOPT_HEADERFUNCTION, callback: receiveHeader)
        if let code = options.failure {
            close()
            throw HTTPFetchError(.badRequest, url: fetch.url, String(cString: curl_easy_strerror(code)))
        }
        return easy
    }

    /// Frees the curl handle; it must have left the multi handle.
    func close() {
        if let easy { curl_easy_cleanup(easy) }
        easy = nil
        curl_slist_free_all(fieldList)
        fieldList = nil
    }

    /// Ends the transfer with curl's result.
    func finish(_ code: CURLcode) {
        if code == CURLE_OK { beginBody() }
        if let failure {
            fail(failure)
        } else if code == CURLE_OK {
            close()
            continuation?.resume(returning: head)
            continuation = nil
        } else {
            fail(HTTPFetchError(code, url: fetch.url, detail: String(cString: errorText)))
        }
    }

    /// Ends the transfer with an error of our own.
    func fail(_ error: HTTPFetchError) {
        close()
        continuation?.resume(throwing: error)
        continuation = nil
    }

    fileprivate func header(_ line: UnsafeRawBufferPointer) -> Bool {
        headerBytes += line.count
        guard headerBytes <= 1 << 18 else {
            failure = HTTPFetchError(.badReply, url: fetch.url, "the header is longer than 256 KB")
            return false
        }
        // Trailers come after the body and are of no interest.
        if bodyBegan { return true }
        if line.starts(with: "HTTP/".utf8) {
            head = ResponseHead()
        } else if let colon = line.firstIndex(of: UInt8(ascii: ":")) {
            let value = line[(colon + 1)...].drop { $0 == 32 || $0 == 9 }
            let end = value.lastIndex { $0 > 32 }.map { $0 + 1 } ?? value.startIndex
            head.headers.append(
                name: String(decoding: line[..<colon], as: UTF8.self),
                value: String(decoding: value[..<end], as: UTF8.self)
            )
        }
        return true
    }

    fileprivate func body(_ bytes: UnsafeRawBufferPointer) -> Bool {
        beginBody()
        guard failure == nil, !cancelRequested.load(ordering: .relaxed) else { return false }
        do throws(HTTPFetchError) {
            try sink.write(bytes)
            return true
        } catch {
            failure = error
            return false
        }
    }

    private func beginBody() {
        guard !bodyBegan, failure == nil, let easy else { return }
        bodyBegan = true
        var status = 0
        asu_curl_get_long(easy, CURLINFO_RESPONSE_CODE, &status)
        head.status = status
        var url: UnsafePointer<CChar>?
        asu_curl_get_string(easy, CURLINFO_EFFECTIVE_URL, &url)
        if let url { head.finalURL = HTTPFetchError.hidingCredentials(String(cString: url)) }
        do throws(HTTPFetchError) {
            try sink.begin(head)
        } catch {
            failure = error
        }
    }
}

private func receiveHeader(
    _ data: UnsafeMutablePointer<CChar>?,
    _ size: Int,
    _ count: Int,
    _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let data, let context else { return 0 }
    let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
    return transfer.header(UnsafeRawBufferPointer(start: data, count: size * count)) ? size * count : 0
}

private func receiveBody(
    _ data: UnsafeMutablePointer<CChar>?,
    _ size: Int,
    _ count: Int,
    _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let data, let context else { return 0 }
    let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
    // Zero is taken for success when nothing was handed over.
    let accepted = transfer.body(UnsafeRawBufferPointer(start: data, count: size * count))
    return accepted ? size * count : size * count + 1
}
