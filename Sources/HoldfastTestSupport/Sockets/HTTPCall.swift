import Dispatch

/// One request on a connection of its own.
public enum HTTPCall {
    public static func bytes(_ method: String, _ path: String, headers: [String] = [], body: [UInt8]? = nil) -> [UInt8] {
        var head = "\(method) \(path) HTTP/1.1\r\nHost: holdfast\r\n"
        for header in headers { head += header + "\r\n" }
        if let body { head += "Content-Type: application/json\r\nContent-Length: \(body.count)\r\n" }
        return Array((head + "\r\n").utf8) + (body ?? [])
    }

    /// Blocks; see ``send(_:_:_:headers:body:)``.
    public static func answer(_ socket: RawSocket, _ request: [UInt8]) throws -> HTTPAnswer {
        socket.send(request)
        var reader = HTTPReader(socket)
        guard let answer = try reader.next() else { throw TestFailure("the connection ended without an answer") }
        return answer
    }

    public static func send(
        _ socket: String, _ method: String, _ path: String, headers: [String] = [], body: [UInt8]? = nil
    ) async throws -> HTTPAnswer {
        try await blocking { try answer(RawSocket(socket), bytes(method, path, headers: headers, body: body)) }
    }
}

/// Runs what blocks on a thread that nobody else waits for.
public func blocking<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        DispatchQueue.global().async { continuation.resume(with: Result { try work() }) }
    }
}
