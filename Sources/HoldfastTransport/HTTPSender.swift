import CCurl
import Dispatch
import HoldfastCore

/// A request with a body, over HTTPS: what an operator sends to a catalog. Each has a connection of its own.
public struct HTTPSender: Sendable {
    /// The certificate authorities that are trusted, a PEM file; nil for the system's.
    public var authorities: String?
    public var settings = HTTPSettings()

    public init(authorities: String? = nil) { self.authorities = authorities }

    /// - Parameters:
    ///   - length: of the body; nil for none.
    ///   - read: fills a buffer with what comes next of the body, and returns how much it was. Called on a thread of its own.
    /// - Returns: the status, and the body of whatever status it was.
    /// - Throws: ``HoldfastError`` `source_failed` without an answer; what `read` throws.
    public func send(
        _ method: String, _ url: String, headers: [(name: String, value: String)], length: Int64?, maximumBytes: Int,
        read: @escaping @Sendable (UnsafeMutableRawBufferPointer) throws -> Int
    ) async throws -> (status: Int, body: [UInt8]) {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global(qos: .utility).async {
                continuation.resume(
                    with: Result {
                        try SentRequest(method, url, headers: headers, length: length, maximumBytes: maximumBytes, read: read)
                            .perform(authorities: authorities, settings)
                    })
            }
        }
    }
}

/// One transfer. Made, used and dropped on one thread.
private final class SentRequest {
    private let method: String
    private let url: String
    private let headers: [(name: String, value: String)]
    private let length: Int64?
    private let maximumBytes: Int
    private let read: @Sendable (UnsafeMutableRawBufferPointer) throws -> Int
    private var failure: (any Error)?
    private var body: [UInt8] = []

    init(
        _ method: String, _ url: String, headers: [(name: String, value: String)], length: Int64?, maximumBytes: Int,
        read: @escaping @Sendable (UnsafeMutableRawBufferPointer) throws -> Int
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.length = length
        self.maximumBytes = maximumBytes
        self.read = read
    }

    func perform(authorities: String?, _ settings: HTTPSettings) throws -> (status: Int, body: [UInt8]) {
        guard curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK, let handle = curl_easy_init() else {
            throw HoldfastError(.sourceFailed, "libcurl does not start.")
        }
        defer { curl_easy_cleanup(handle) }
        var list: UnsafeMutablePointer<curl_slist>?
        // An answer to "Expect: 100-continue" is not waited for: a refusal ends the sending all the same.
        for header in headers + [("Expect", "")] { list = curl_slist_append(list, "\(header.name): \(header.value)") ?? list }
        defer { curl_slist_free_all(list) }
        let context = Unmanaged.passUnretained(self).toOpaque()
        var codes = [
            hf_curl_set_text(handle, CURLOPT_URL, url), hf_curl_set_text(handle, CURLOPT_CUSTOMREQUEST, method),
            hf_curl_set_text(handle, CURLOPT_USERAGENT, settings.userAgent), hf_curl_set_text(handle, CURLOPT_PROTOCOLS_STR, "https,http"),
            hf_curl_set_long(handle, CURLOPT_FOLLOWLOCATION, 0), hf_curl_set_long(handle, CURLOPT_NOSIGNAL, 1),
            hf_curl_set_long(handle, CURLOPT_PATH_AS_IS, 1), hf_curl_set_long(handle, CURLOPT_CONNECTTIMEOUT, settings.connectSeconds),
            hf_curl_set_headers(handle, list),
            hf_curl_set_writer(handle, { SentRequest.from($3)?.take($0, $1 * $2) ?? 0 }, context),
        ]
        if let authorities { codes.append(hf_curl_set_text(handle, CURLOPT_CAINFO, authorities)) }
        if let length {
            codes += [
                hf_curl_set_long(handle, CURLOPT_UPLOAD, 1), hf_curl_set_large(handle, CURLOPT_INFILESIZE_LARGE, curl_off_t(length)),
                hf_curl_set_reader(handle, { SentRequest.from($3)?.give($0, $1 * $2) ?? 0x1000_0000 }, context),
            ]
        }
        guard codes.allSatisfy({ $0 == CURLE_OK }) else {
            throw HoldfastError(.sourceFailed, "libcurl of this machine does not know an option.")
        }
        let code = curl_easy_perform(handle)
        if let failure { throw failure }
        let status = hf_curl_status(handle)
        // Whoever refuses a long body may close before all of it was sent; the refusal is what counts.
        guard code == CURLE_OK || status >= 400 && !body.isEmpty else {
            throw HoldfastError(.sourceFailed, "\(url.prefix(200)) gives no answer: \(String(cString: curl_easy_strerror(code))).")
        }
        return (status, body)
    }

    private static func from(_ context: UnsafeMutableRawPointer?) -> SentRequest? {
        context.map { Unmanaged<SentRequest>.fromOpaque($0).takeUnretainedValue() }
    }

    private func take(_ bytes: UnsafeMutablePointer<CChar>?, _ count: Int) -> Int {
        guard let bytes, body.count + count <= maximumBytes else {
            failure = HoldfastError(.sourceFailed, "The answer is longer than \(maximumBytes) bytes.")
            return 0
        }
        body += UnsafeRawBufferPointer(start: bytes, count: count)
        return count
    }

    /// - Returns: how many bytes; CURL_READFUNC_ABORT ends the transfer.
    private func give(_ buffer: UnsafeMutablePointer<CChar>?, _ count: Int) -> Int {
        do { return try read(UnsafeMutableRawBufferPointer(start: buffer, count: count)) } catch {
            failure = error
            return 0x1000_0000
        }
    }
}
