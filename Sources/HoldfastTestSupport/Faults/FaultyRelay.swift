import Glibc

/// One request through a ``FaultProxy``.
final class FaultyRelay: Sendable {
    private let proxy: FaultProxy
    private let caller: RawSocket

    init(proxy: FaultProxy, caller: RawSocket) {
        self.proxy = proxy
        self.caller = caller
    }

    private enum Rest {
        case pass
        case drip
        /// Nothing more is said until the caller goes.
        case hold
        case end
    }

    func run() {
        guard let (line, body, bytes) = request() else { return }
        let plan = proxy.strike(line, body)
        var random = SplitMix64(seed: plan?.seed ?? 0)
        var rest = Rest.pass
        if let plan, plan.moment == .asked {
            rest = strike(plan, [], isStream: false, &random)
            if rest == .hold { waitForCaller() }
            if rest == .hold || rest == .end { return }
        }
        guard let engine = try? RawSocket(proxy.realSocket), engine.send(bytes) else { return }
        if let plan, plan.moment == .computing {
            waitUntilComputing(engine)
            rest = strike(plan, [], isStream: false, &random)
        }
        relay(engine, plan, &rest, &random)
    }

    private func relay(_ engine: RawSocket, _ plan: FaultPlan?, _ rest: inout Rest, _ random: inout SplitMix64) {
        var isOver = plan?.moment == .asked || plan?.moment == .computing
        var seen: [UInt8] = []
        while rest == .pass || rest == .drip {
            var ends = [
                pollfd(fd: engine.descriptor, events: Int16(POLLIN), revents: 0),
                pollfd(fd: caller.descriptor, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&ends, 2, 1000) >= 0 else { return }
            if ends[1].revents != 0, caller.isClosed { return }
            guard ends[0].revents != 0 else {
                if proxy.isDetached { return }
                continue
            }
            guard let piece = try? engine.receive(), !piece.isEmpty else { return }
            if let plan, !isOver, case .answering(let text, let count) = plan.moment {
                seen += piece
                if Self.count(text, in: seen) >= count {
                    isOver = true
                    // The head may have come with it.
                    let head = text == "HTTP/1.1" ? 0 : seen.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound ?? 0
                    let before = max(0, head - (seen.count - piece.count))
                    caller.send(piece.prefix(before))
                    rest = strike(plan, Array(piece.dropFirst(before)), isStream: head > 0, &random)
                    continue
                }
            }
            guard rest == .drip ? drip(piece) : caller.send(piece) else { return }
        }
        if rest == .hold { waitForCaller() }
    }

    /// - Parameter piece: what was at hand and has not been passed on.
    private func strike(_ plan: FaultPlan, _ piece: [UInt8], isStream: Bool, _ random: inout SplitMix64) -> Rest {
        proxy.struck()
        switch plan.fault {
        case .kill, .stop:
            kill(proxy.engine, plan.fault == .kill ? SIGKILL : SIGSTOP)
            caller.send(piece)
            return .pass
        case .slow:
            _ = drip(piece)
            return .drip
        case .silence: return .hold
        case .cut:
            caller.send(piece.prefix(piece.count / 2))
            return .end
        case .shortened:
            caller.send(isStream ? Array("0\r\n\r\n".utf8) : Fault.whole("200 OK", []))
            return .end
        case .garbage:
            caller.send((0..<4096).map { _ in UInt8.random(in: 0...255, using: &random) })
            return .end
        case .flipped:
            guard !piece.isEmpty else { return .pass }
            var piece = piece
            piece[Int.random(in: 0..<piece.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            caller.send(piece)
            return .pass
        case .oversized:
            oversize(isStream: isStream, &random)
            return .end
        case .refused:
            let error = Array(#"{"error":{"code":500,"type":"server_error","message":"it went wrong"}}"#.utf8)
            caller.send(
                isStream ? Fault.chunk(Array("data: ".utf8) + error + Array("\n\n".utf8)) : Fault.whole("500 Internal Server Error", error))
            return .end
        case .lie:
            caller.send(Fault.lies(inStream: isStream, pick: Int.random(in: 0..<100, using: &random)))
            return .end
        }
    }

    private func oversize(isStream: Bool, _ random: inout SplitMix64) {
        let much = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
        if isStream {
            caller.send("300000\r\ndata: ")
        } else if Bool.random(using: &random) {
            caller.send("HTTP/1.1 200 OK\r\nX-Much: ")
        } else {
            caller.send("HTTP/1.1 200 OK\r\nContent-Length: 68719476736\r\n\r\n\"")
        }
        for _ in 0..<48 where !caller.send(much) { return }
    }

    /// - Returns: false when the caller has gone.
    private func drip(_ piece: [UInt8]) -> Bool {
        for byte in piece.prefix(256) {
            guard caller.send([byte]) else { return false }
            usleep(500)
        }
        return caller.send(piece.dropFirst(256))
    }

    private func waitForCaller() {
        // The engine's end is the end of its connections.
        while !caller.isClosed, !proxy.isDetached, kill(proxy.engine, 0) == 0 { usleep(5000) }
    }

    private func waitUntilComputing(_ engine: RawSocket) {
        while !engine.isReadable {
            guard let socket = try? RawSocket(proxy.realSocket),
                let answer = try? HTTPCall.answer(socket, HTTPCall.bytes("GET", "/slots"))
            else { return }
            if answer.text.filter({ $0 != " " }).contains("\"is_processing\":true") { return }
        }
    }

    private func request() -> (line: String, body: [UInt8], bytes: [UInt8])? {
        var bytes: [UInt8] = []
        while true {
            guard let more = try? caller.receive(), !more.isEmpty else { return nil }
            bytes += more
            guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound else { continue }
            let head = String(decoding: bytes[..<end], as: UTF8.self)
            let length = head.lowercased().split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
                .flatMap { Int($0.dropFirst("content-length:".count).drop { $0 == " " }) }
            if bytes.count >= end + (length ?? 0) { return (String(head.prefix { $0 != "\r\n" }), Array(bytes[end...]), bytes) }
        }
    }

    private static func count(_ text: String, in bytes: [UInt8]) -> Int { bytes.ranges(of: Array(text.utf8)).count }
}
