import HoldfastCore

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// Reads a request body into a typed value.
public enum RequestDecoding {
    /// - Throws: ``HoldfastError`` `invalid_request` with the field at fault, whatever the body holds.
    public static func decode<Value: Decodable>(_ type: Value.Type = Value.self, from data: Data) throws -> Value {
        do {
            let decoder = JSONDecoder()
            if let bodyKey { decoder.userInfo[bodyKey] = data }
            return try decoder.decode(Value.self, from: data)
        } catch let error as HoldfastError {
            throw error
        } catch let error as DecodingError {
            throw refusal(error, of: data)
        } catch {
            throw notJSON(data)
        }
    }

    private static let bodyKey = CodingUserInfoKey(rawValue: "holdfast.body")

    /// The bytes that are being decoded.
    static func body(of decoder: any Decoder) -> Data? { bodyKey.flatMap { decoder.userInfo[$0] as? Data } }

    /// A decoder does not say what is wrong with a text; the strict reader does.
    private static func notJSON(_ data: Data) -> HoldfastError {
        do {
            _ = try OrderedJSON(parsing: data)
        } catch let error as HoldfastError {
            return error
        } catch {}
        return HoldfastError(.invalidRequest, "The request's body is not JSON.")
    }

    private static func refusal(_ error: DecodingError, of data: Data) -> HoldfastError {
        switch error {
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            guard let path = path(context.codingPath) else {
                return HoldfastError(.invalidRequest, "The request's body must be a JSON object.")
            }
            return HoldfastError(.invalidRequest, "'\(path)' is of the wrong type.", field: path)
        case .keyNotFound(let key, let context):
            let path = path(context.codingPath + [key]) ?? key.stringValue
            return HoldfastError(.invalidRequest, "'\(path)' is missing.", field: path)
        default:
            return notJSON(data)
        }
    }

    static func path(_ keys: [any CodingKey]) -> String? {
        var path = ""
        for key in keys {
            if let index = key.intValue { path += "[\(index)]" } else { path += path.isEmpty ? key.stringValue : ".\(key.stringValue)" }
        }
        return path.isEmpty ? nil : path
    }
}
