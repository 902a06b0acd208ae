import HoldfastCommands
import HoldfastTransport
import Synchronization

/// A catalog over HTTPS, by libcurl.
struct WebTransport: CatalogTransport {
    private static let largestAnswer = 256 << 20

    let address: String
    let authorities: String?

    func send(
        _ method: String, _ path: String, headers: [(name: String, value: String)], body: [UInt8], file: CatalogUpload?
    ) async throws -> (status: Int, body: [UInt8]) {
        let length = file?.length ?? (body.isEmpty && method != "POST" ? nil : Int64(body.count))
        let base = address.hasSuffix("/") ? String(address.dropLast()) : address
        let place = Place()
        return try await HTTPSender(authorities: authorities).send(
            method, base + path, headers: headers, length: length, maximumBytes: Self.largestAnswer
        ) { buffer in
            let offset = place.offset
            let bytes: ArraySlice<UInt8> =
                if let file {
                    try offset < file.length ? file.read(offset, Int(min(Int64(buffer.count), file.length - offset)))[...] : []
                } else { body[Int(offset)..<min(body.count, Int(offset) + buffer.count)] }
            buffer.copyBytes(from: bytes)
            place.advance(by: Int64(bytes.count))
            return bytes.count
        }
    }
}

/// How far a body was read.
private final class Place: Sendable {
    private let value = Mutex<Int64>(0)

    var offset: Int64 { value.withLock { $0 } }
    func advance(by count: Int64) { value.withLock { $0 += count } }
}
