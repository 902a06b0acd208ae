import FoundationEssentials
import HoldfastCore
import HoldfastHTTP
import NIOCore

/// Reads one answer of llama-server: frames in, events out.
final class LlamaReader {
    /// Nil once it is over: dropping it closes the connection.
    private var events: ServerSentEvents<UnixHTTPBody>.AsyncIterator?
    private let lease: SlotLease
    private let engine: LlamaEngine
    private let visit: SlotVisit?
    /// For the slot's content: a later turn of the conversation begins with it.
    private var answer = ""
    private let decoder = JSONDecoder()
    private var finish: FinishReason?
    private var usage: LlamaFrame.Usage?
    private var timings: LlamaFrame.Timings?

    init(_ body: UnixHTTPBody, lease: SlotLease, engine: LlamaEngine, visit: SlotVisit?) {
        self.visit = visit
        self.events = ServerSentEvents(body).makeAsyncIterator()
        self.lease = lease
        self.engine = engine
    }

    // Forgotten before its end: the body's own iterator closes the connection, and the slot comes back when the engine has noticed.
    deinit { abandon() }

    func next() async throws -> GenerationEvent? {
        guard events != nil else { return nil }
        do {
            while let event = try await events?.next() {
                engine.noteProgress()
                if event.data.readableBytesView.elementsEqual("[DONE]".utf8) { return try end() }
                guard let text = try take(event.data) else { continue }
                if visit != nil { answer += text }
                return .delta(text)
            }
            throw engine.brokenOff()
        } catch {
            if error is CancellationError || Task.isCancelled { abandon() }
            events = nil
            lease.giveUp()
            switch error {
            case let error as FrameTooLarge: throw LlamaFailure.malformed("a frame of more than \(error.limit) bytes")
            case let error as HoldfastError where error.cause is UnixHTTPFailure: throw await engine.explain(error)
            default: throw error
            }
        }
    }

    /// The first token was there, or this reader were not: the prompt is computed. After the end there is nothing to give up.
    private func abandon() {
        guard events != nil else { return }
        visit?.abandon(answer: answer)
        lease.giveUp()
    }

    private func take(_ data: ByteBuffer) throws -> String? {
        if let text = LlamaFrame.plainText(of: data) { return text.isEmpty ? nil : text }
        let frame: LlamaFrame?
        do {
            // `null` is a frame too.
            frame = try decoder.decode(LlamaFrame?.self, from: Data(data.readableBytesView))
        } catch {
            throw LlamaFailure.malformed("a frame that is not the JSON it should be")
        }
        guard let frame else { return nil }
        if let error = frame.error { throw LlamaFailure.refusal(error, status: nil) }
        if let usage = frame.usage { self.usage = usage }
        if let timings = frame.timings { self.timings = timings }
        guard let choice = frame.choices?.first else { return nil }
        if let reason = choice.finishReason {
            guard let known = FinishReason(rawValue: reason) else { throw LlamaFailure.malformed("an unknown finish_reason") }
            finish = known
        }
        guard let text = choice.content, !text.isEmpty else { return nil }
        return text
    }

    private func end() throws -> GenerationEvent {
        guard let finish, let tokens = usage?.tokens else {
            throw LlamaFailure.malformed("the end came without a finish_reason, or without a usage that can be")
        }
        events = nil
        // Before the slot is another's.
        visit?.leave(answer: answer, usage: tokens)
        lease.finish(cost: RequestCost.actual(tokens))
        return .finished(
            finish, tokens,
            GenerationTimings(
                queued: lease.slot.waited, prompt: Duration(engineMilliseconds: timings?.promptMilliseconds),
                completion: Duration(engineMilliseconds: timings?.predictedMilliseconds)))
    }
}
