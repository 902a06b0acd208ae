/// JSON whose objects keep the order in which their members were written, and whose numbers keep their digits.
///
/// For values in which the order means something, as in a JSON Schema: a model writes an object's members in the order of its schema.
public enum OrderedJSON: Sendable, Equatable {
    public struct Member: Sendable, Equatable {
        public let name: String
        public let value: OrderedJSON

        public init(_ name: String, _ value: OrderedJSON) {
            self.name = name
            self.value = value
        }
    }

    case object([Member])
    case array([OrderedJSON])
    case string(String)
    /// A number's text, by JSON's grammar; a finite `Double`.
    case number(String)
    case bool(Bool)
    case null

    /// As deep as Foundation's decoder reads.
    public static let maximumDepth = 512

    /// Reads JSON strictly: no duplicate member names, invalid UTF-8, lone surrogates, numbers of more than 40 characters or beyond a `Double`,
    /// more than ``maximumDepth`` levels, or bytes after the value.
    /// - Throws: ``HoldfastError`` `invalid_request`, with the byte offset and the path to it as the field.
    public init(parsing bytes: some Collection<UInt8>) throws { try self.init(strictly: Array(bytes)) }

    /// The first member of this name; nil for another kind of value.
    public subscript(name: String) -> OrderedJSON? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    /// Without white space.
    public func serialized() throws -> [UInt8] {
        var bytes: [UInt8] = []
        try write(to: &bytes)
        return bytes
    }

    private func write(to bytes: inout [UInt8]) throws {
        switch self {
        case .object(let members):
            bytes.append(UInt8(ascii: "{"))
            for (position, member) in members.enumerated() {
                if position > 0 { bytes.append(UInt8(ascii: ",")) }
                bytes += try CanonicalJSON.string(member.name).serialized()
                bytes.append(UInt8(ascii: ":"))
                try member.value.write(to: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            for (position, element) in elements.enumerated() {
                if position > 0 { bytes.append(UInt8(ascii: ",")) }
                try element.write(to: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .string(let text): bytes += try CanonicalJSON.string(text).serialized()
        case .number(let text): bytes += text.utf8
        case .bool(let flag): bytes += (flag ? "true" : "false").utf8
        case .null: bytes += "null".utf8
        }
    }
}

extension OrderedJSON: StrictJSONValue {
    struct Members {
        var list: [Member] = []
        var names: Set<String> = []
    }

    static var noMembers: Members { Members() }

    static func add(_ value: OrderedJSON, named name: String, to members: inout Members) -> Bool {
        members.list.append(Member(name, value))
        return members.names.insert(name).inserted
    }

    static func object(_ members: Members) -> OrderedJSON { .object(members.list) }

    static func number(_ text: Slice<UnsafeBufferPointer<UInt8>>, isInteger: Bool) throws(NumberRefusal) -> OrderedJSON {
        let text = String(decoding: text, as: UTF8.self)
        guard text.utf8.count <= 40, let value = Double(text), value.isFinite else { throw NumberRefusal(why: "a number is too large") }
        return .number(text)
    }

    static func malformed(_ problem: StrictJSONProblem) -> HoldfastError {
        HoldfastError(
            .invalidRequest, "The request's body is not JSON: \(problem.why), at byte \(problem.offset).",
            field: problem.path.isEmpty ? nil : String(problem.path.prefix(200)))
    }
}
