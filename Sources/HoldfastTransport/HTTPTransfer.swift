import CCurl
import HoldfastCore
import Synchronization

/// One GET on an easy handle: takes what libcurl hands over, and stops it at the limit, at an error of the sink and when cancelled.
///
/// `@unchecked Sendable`: everything but `cancelled` is touched on the queue of the client alone, on which libcurl runs the callbacks too.
final class HTTPTransfer: @unchecked Sendable {
    private let url: String
    private let maximumBytes: Int
    private let sink: @Sendable (UnsafeRawBufferPointer) throws -> Void
    private var received = 0
    private var failure: (any Error)?
    private var handle: UnsafeMutableRawPointer?
    private let cancelled = Atomic<Bool>(false)

    init(_ url: String, maximumBytes: Int, sink: @escaping @Sendable (UnsafeRawBufferPointer) throws -> Void) {
        self.url = url
        self.maximumBytes = maximumBytes
        self.sink = sink
    }

    private var isCancelled: Bool { cancelled.load(ordering: .relaxed) }

    func cancel() { cancelled.store(true, ordering: .relaxed) }

    /// Blocks until the answer is whole.
    /// - Returns: the HTTP status. Only a 200's body reached the sink.
    func perform(on handle: UnsafeMutableRawPointer, _ settings: HTTPSettings) throws -> Int {
        guard !isCancelled else { throw CancellationError() }
        self.handle = handle
        // Options only: connections stay.
        curl_easy_reset(handle)
        try configure(handle, settings)
        let code = curl_easy_perform(handle)
        self.handle = nil
        if isCancelled { throw CancellationError() }
        if let failure { throw failure }
        switch code {
        case CURLE_OK: return hf_curl_status(handle)
        case CURLE_FILESIZE_EXCEEDED: throw tooLong
        case CURLE_OPERATION_TIMEDOUT: throw refusal("no connection, or nothing came for too long")
        default: throw refusal(String(cString: curl_easy_strerror(code)))
        }
    }

    private func configure(_ handle: UnsafeMutableRawPointer, _ settings: HTTPSettings) throws {
        let context = Unmanaged.passUnretained(self).toOpaque()
        let codes = [
            hf_curl_set_text(handle, CURLOPT_URL, url),
            hf_curl_set_text(handle, CURLOPT_USERAGENT, settings.userAgent),
            // Nothing else that libcurl speaks, whatever the URL says.
            hf_curl_set_text(handle, CURLOPT_PROTOCOLS_STR, "http,https"),
            // The path as it is written: a client asks for what the metadata names.
            hf_curl_set_long(handle, CURLOPT_PATH_AS_IS, 1),
            // A redirect is an answer like any other: nobody is sent elsewhere.
            hf_curl_set_long(handle, CURLOPT_FOLLOWLOCATION, 0),
            // No signals for timeouts: they would reach other threads.
            hf_curl_set_long(handle, CURLOPT_NOSIGNAL, 1),
            hf_curl_set_long(handle, CURLOPT_CONNECTTIMEOUT, settings.connectSeconds),
            hf_curl_set_long(handle, CURLOPT_LOW_SPEED_TIME, settings.stallSeconds),
            hf_curl_set_long(handle, CURLOPT_LOW_SPEED_LIMIT, settings.stallBytesPerSecond),
            // An announced length beyond the limit is refused at once; what is not announced, as it arrives.
            hf_curl_set_large(handle, CURLOPT_MAXFILESIZE_LARGE, curl_off_t(max(maximumBytes, 1))),
            hf_curl_set_writer(handle, { HTTPTransfer.from($3)?.take($0, $1 * $2) ?? 0 }, context),
            hf_curl_set_watcher(
                handle, { context, _, _, _, _ in HTTPTransfer.from(context)?.isCancelled == false ? 0 : 1 }, context),
        ]
        guard codes.allSatisfy({ $0 == CURLE_OK }) else { throw refusal("libcurl of this machine does not know an option") }
    }

    private static func from(_ context: UnsafeMutableRawPointer?) -> HTTPTransfer? {
        context.map { Unmanaged<HTTPTransfer>.fromOpaque($0).takeUnretainedValue() }
    }

    /// - Returns: `count` to go on; anything less ends the transfer.
    private func take(_ bytes: UnsafeMutablePointer<CChar>?, _ count: Int) -> Int {
        // The body of another status is an error page: read, so that the connection can be used again, as far as it is small.
        guard let handle, let bytes else { return 0 }
        received += count
        guard received <= maximumBytes else {
            failure = tooLong
            return 0
        }
        guard hf_curl_status(handle) == 200 else { return count }
        do {
            try sink(UnsafeRawBufferPointer(start: bytes, count: count))
            return count
        } catch {
            failure = error
            return 0
        }
    }

    private var tooLong: HoldfastError { refusal("it sends more than the \(maximumBytes) bytes it may") }

    private func refusal(_ why: String) -> HoldfastError {
        HoldfastError(.sourceFailed, "\(Self.shown(url)) could not be fetched: \(why).")
    }

    /// Without a password, and without a query, which may be one.
    static func shown(_ url: String) -> String {
        var text = url.prefix { $0 != "?" }
        if let scheme = text.firstRange(of: "://") {
            let authority = text[scheme.upperBound...].prefix { $0 != "/" }
            if let at = authority.lastIndex(of: "@") { text.removeSubrange(scheme.upperBound...at) }
        }
        return String(text.prefix(300))
    }
}
