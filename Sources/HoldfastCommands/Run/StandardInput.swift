import Glibc
import HoldfastCore

/// A prompt that comes through a pipe.
enum StandardInput {
    /// More than any context holds.
    private static let limit = 16 << 20

    /// - Throws: ``HoldfastError`` `invalid_request` for nothing, too much, or what is not UTF-8.
    static func all() throws -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = buffer.withUnsafeMutableBytes { read(STDIN_FILENO, $0.baseAddress, $0.count) }
            if count == 0 { break }
            if count < 0 {
                if errno == EINTR { continue }
                throw SystemError.current("read the prompt from standard input")
            }
            bytes += buffer.prefix(count)
            guard bytes.count <= limit else {
                throw HoldfastError(.requestTooLarge, "The prompt on standard input is larger than \(Human.bytes(Int64(limit))).")
            }
        }
        return try prompt(bytes)
    }

    static func prompt(_ bytes: [UInt8]) throws -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw HoldfastError(.invalidRequest, "The prompt on standard input is not UTF-8 text.", hint: "holdfast run NAME PROMPT")
        }
        return try notEmpty(text, "The prompt on standard input")
    }

    /// - Throws: ``HoldfastError`` `invalid_request` for nothing but white space.
    static func notEmpty(_ prompt: String, _ what: String) throws -> String {
        guard prompt.contains(where: { !$0.isWhitespace }) else {
            throw HoldfastError(.invalidRequest, "\(what) is empty.", hint: "holdfast run NAME PROMPT")
        }
        return prompt
    }
}
