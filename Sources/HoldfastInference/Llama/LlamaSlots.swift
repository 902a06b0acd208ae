import FoundationEssentials
import HoldfastHTTP
import NIOCore
import NIOHTTP1

/// `GET /slots`: what llama-server works on.
enum LlamaSlots {
    private struct Slot: Decodable {
        let id: Int
        let isProcessing: Bool
        enum CodingKeys: String, CodingKey {
            case id
            case isProcessing = "is_processing"
        }
    }

    static func isBusy(_ slot: Int, _ client: UnixHTTPClient, within patience: Duration) async throws -> Bool {
        let body = try await client.whole(.GET, "/slots", upTo: 4 << 20, within: patience).body
        let slots = try JSONDecoder().decode([Slot].self, from: Data(body.readableBytesView))
        return slots.contains { $0.id == slot && $0.isProcessing }
    }
}
