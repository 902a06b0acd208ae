import FoundationEssentials
import HoldfastAPI
import HoldfastCore

/// A catalog, as an operator's command sees it. An answer that is an error is thrown.
struct CatalogClient: Sendable {
    static let largestAnswer = 256 << 20

    let transport: any CatalogTransport
    let token: String?

    func call(
        _ operation: HoldfastAPI.Operation, name: String? = nil, query: [(key: String, value: String)] = [], json: (any Encodable)? = nil,
        file: CatalogUpload? = nil
    ) async throws -> [UInt8] {
        var headers: [(name: String, value: String)] = []
        if let token { headers.append(("Authorization", "Bearer \(token)")) }
        var body: [UInt8] = []
        if let json {
            body = Array(try JSONEncoder().encode(json))
            headers.append(("Content-Type", "application/json"))
        }
        let answer = try await transport.send(
            operation.method.rawValue, OperationPath.fill(operation, name: name, query: query), headers: headers, body: body, file: file)
        guard answer.status < 400 else { throw AnswerError.decode(answer.body, status: answer.status) }
        return answer.body
    }

    func fetch<Body: Decodable & Sendable>(
        _ type: Body.Type, _ operation: HoldfastAPI.Operation, name: String? = nil, query: [(key: String, value: String)] = [],
        json: (any Encodable)? = nil, file: CatalogUpload? = nil
    ) async throws -> Answer<Body> {
        let bytes = try await call(operation, name: name, query: query, json: json, file: file)
        return Answer(bytes: bytes, body: try NodeClient.decode(type, bytes))
    }
}
