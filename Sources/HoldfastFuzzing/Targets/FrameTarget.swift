import Foundation
import HoldfastAPI
import HoldfastCore
import HoldfastHTTP
import HoldfastInference
import HoldfastTestSupport
import NIOCore

extension FuzzTarget {
    /// An engine's stream, which no one vouches for: read the same however it is cut, and written anew as one frame for each text.
    static let frames = FuzzTarget("frames") { input in
        let whole = try events(input, step: max(1, input.count))
        for step in [1, 3, 100] where input.count > step {
            try require(try events(input, step: step) == whole, "other events in pieces of \(step)")
        }
        for event in whole ?? [] {
            guard let text = LlamaFrame.plainText(of: event.data) else { continue }
            // JSONDecoder also refuses a frame for the kind of a field that nobody reads there; where it reads the frame, it reads the same.
            if let frame = try? JSONDecoder().decode(LlamaFrame.self, from: Data(event.data.readableBytesView)) {
                let decoded = frame.choices?.first?.content
                try require(
                    decoded.map { $0.utf8.elementsEqual(text.utf8) } ?? false,
                    "the quick reader finds '\(text)', JSONDecoder '\(decoded ?? "nothing")'")
            }
            for kind in [StreamFrames.Kind.chat, .text] { try rewritten(text, kind) }
        }
    }

    private static func rewritten(_ text: String, _ kind: StreamFrames.Kind) throws {
        let frames = try StreamFrames(kind: kind, id: "id", created: 1, model: "m", includeUsage: true)
        let written = try frames.content(text)
        guard let event = try events(written, step: written.count), event.count == 1 else {
            throw BrokenPromise(description: "not one event: \(String(decoding: written, as: UTF8.self))")
        }
        let choice = try JSONValue(parsing: event[0].data.readableBytesView)["choices"][0]
        let read = kind == .chat ? choice["delta"]["content"].string : choice["text"].string
        try require(read.map { $0.utf8.elementsEqual(text.utf8) } ?? false, "'\(text)' was sent as '\(read ?? "nothing")'")
    }

    /// - Returns: nil where an event is longer than allowed.
    private static func events(_ input: [UInt8], step: Int) throws -> [ServerSentEvent]? {
        var parser = EventParser(limit: 2048)
        var events: [ServerSentEvent] = []
        do {
            for start in stride(from: 0, to: input.count, by: step) {
                parser.append(ByteBuffer(bytes: input[start..<min(start + step, input.count)]))
                while let event = try parser.next() { events.append(event) }
            }
        } catch is FrameTooLarge { return nil }
        return events
    }
}
