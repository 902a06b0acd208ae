import HoldfastAPI
import HoldfastCore
import HoldfastHTTP
import HoldfastInference
import NIOCore

/// Turns a running generation into an answer, whole or streamed, and settles its audit record on every way out.
struct InferenceAnswer: Sendable {
    let request: InferenceRequest
    let id: String
    let created: Int
    let generation: Generation
    let record: InferenceRecord

    func whole() async throws -> Answer {
        var text = request.echo ?? ""
        do {
            for try await event in generation.events {
                switch event {
                case .delta(let more):
                    record.add(more)
                    text += more
                case .finished(let reason, let usage, let timings):
                    try await record.succeed(reason, usage, timings, streaming: false)
                    generation.end()
                    return Answer(try body(text, reason, UsageBody(usage), TimingsBody(timings)), recorded: .written)
                }
            }
            throw CancellationError()
        } catch {
            generation.end()
            try await record.fail(error, streaming: false)
            throw RecordedFailure(error: error)
        }
    }

    /// To be called when the first event is there or has failed to come.
    func streamed(first: GenerationEvent) throws -> Answer {
        let frames = try StreamFrames(
            kind: request.kind, id: id, created: created, model: request.name.shown, includeUsage: request.includeUsage)
        let reply = Reply.stream(
            type: "text/event-stream",
            { write in
                do {
                    try await stream(first, frames, write)
                } catch {
                    generation.end()
                    try await record.fail(error, streaming: true)
                    if !(error is CancellationError) {
                        try await write(ByteBuffer(bytes: StreamFrames.error(HoldfastError(wrapping: error))))
                    }
                }
            },
            abandoned: {
                generation.end()
                try? await record.fail(CancellationError(), streaming: true)
            })
        return Answer(reply, recorded: .byBody)
    }

    private func stream(_ first: GenerationEvent, _ frames: StreamFrames, _ write: Reply.Write) async throws {
        var opening = frames.role() ?? []
        if let echo = request.echo, !echo.isEmpty { opening += try frames.content(echo) }
        if try await send(first, after: opening, frames, write) { return }
        for try await event in generation.events {
            if try await send(event, after: [], frames, write) { return }
        }
        throw CancellationError()
    }

    /// - Returns: true when that was the end.
    private func send(_ event: GenerationEvent, after opening: [UInt8], _ frames: StreamFrames, _ write: Reply.Write) async throws -> Bool {
        switch event {
        case .delta(let text):
            record.add(text)
            do {
                try await write(ByteBuffer(bytes: opening + frames.content(text)))
            } catch {
                // Only a client that has gone makes a write fail.
                throw CancellationError()
            }
            return false
        case .finished(let reason, let usage, let timings):
            try await record.succeed(reason, usage, timings, streaming: true)
            generation.end()
            var end = opening + frames.finish(reason.rawValue)
            if let usage = try frames.usage(UsageBody(usage), timings: TimingsBody(timings)) { end += usage }
            try? await write(ByteBuffer(bytes: end + StreamFrames.done))
            return true
        }
    }

    private func body(_ text: String, _ reason: FinishReason, _ usage: UsageBody, _ timings: TimingsBody) throws -> Reply {
        switch request.kind {
        case .chat:
            try .json(
                ChatCompletionBody(
                    id: id, created: created, model: request.name.shown, content: text, finishReason: reason.rawValue, usage: usage,
                    timings: timings))
        case .text:
            try .json(
                CompletionBody(
                    id: id, created: created, model: request.name.shown, text: text, finishReason: reason.rawValue, usage: usage,
                    timings: timings)
            )
        }
    }
}

extension UsageBody {
    init(_ usage: TokenUsage) { self.init(prompt: usage.prompt, completion: usage.completion, cached: usage.cached) }
}

extension TimingsBody {
    init(_ timings: GenerationTimings) {
        self.init(
            load: timings.load.milliseconds, queued: timings.queued.milliseconds, prompt: timings.prompt.milliseconds,
            predicted: timings.completion.milliseconds)
    }
}

extension ModelName {
    /// As clients write it: without `:latest`.
    var shown: String { tag == "latest" ? name : description }
}
