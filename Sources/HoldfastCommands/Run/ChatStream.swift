import FoundationEssentials
import HoldfastAPI
import HoldfastCore
import HoldfastHTTP
import NIOCore
import NIOHTTP1

/// Asks a model and hands its answer on, piece by piece.
struct ChatStream: Sendable {
    let client: NodeClient

    /// Returns when the model has finished. Cancelling the task closes the connection, and the node stops generating.
    /// - Returns: OpenAI's `finish_reason`: `stop`, `length`, …
    /// - Throws: ``HoldfastError``, also for an answer that ends before its end was announced; what `piece` throws.
    func answer(to request: ChatRequest, piece: (String) throws -> Void) async throws -> String? {
        let body = UnixHTTPRequestBody.bytes(ByteBuffer(bytes: try JSONEncoder().encode(request)))
        // The node may have to load the model before it answers.
        let response = try await client.send(.chatCompletions, headers: ["Content-Type": "application/json"], body: body, wait: nil)
        var finish: String?
        for try await event in ServerSentEvents(response.body) {
            let data = Array(buffer: event.data)
            if data.elementsEqual("[DONE]".utf8) { return finish }
            if let error = AnswerError.decode(data, requestID: response.headers.first(name: "X-Request-Id")) { throw error }
            let chunk = try NodeClient.decode(ChatChunk.self, data)
            guard let choice = chunk.choices.first else { continue }
            if let text = choice.delta?.content, !text.isEmpty { try piece(text) }
            finish = choice.finishReason ?? finish
        }
        throw HoldfastError(.engineFailed, "The answer ended before it was complete.", hint: "holdfast status")
    }
}
