/// A model's name on this node: `NAME[:TAG]`, tag `latest` when none is written.
///
/// A name is one to three segments of letters, digits, `.`, `_` and `-`, parted by `/`. Names are compared, stored and shown in lower case,
/// so that a policy's glob cannot be passed by a change of case.
public struct ModelName: Hashable, Sendable, Comparable {
    public let name: String
    public let tag: String

    /// - Throws: ``HoldfastError`` `name_invalid` with what is wrong.
    public init(parsing text: some StringProtocol) throws {
        func refuse(_ why: String) -> HoldfastError {
            HoldfastError(
                .nameInvalid, "'\(text.prefix(80))' is not a model name: \(why).",
                hint: "a name looks like smollm2:135m; holdfast model list shows this node's names")
        }
        guard text.utf8.count <= 255 else { throw refuse("it is longer than 255 bytes") }
        let parts = text.lowercased().split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 2 else { throw refuse("it has more than one ':'") }
        let segments = parts[0].split(separator: "/", omittingEmptySubsequences: false)
        guard segments.count <= 3 else { throw refuse("it has more than three parts between '/'") }
        for segment in segments + parts.dropFirst() {
            guard let first = segment.utf8.first else { throw refuse("a part of it is empty") }
            guard Self.isAlphanumeric(first) else { throw refuse("each part must start with a letter or a digit") }
            guard segment.utf8.allSatisfy({ Self.isAlphanumeric($0) || $0 == 46 || $0 == 95 || $0 == 45 }) else {
                throw refuse("only letters, digits, '.', '_' and '-' may be used")
            }
        }
        self.name = String(parts[0])
        self.tag = parts.count == 2 ? String(parts[1]) : "latest"
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (97...122).contains(byte)
    }

    public static func < (left: Self, right: Self) -> Bool { (left.name, left.tag) < (right.name, right.tag) }
}

extension ModelName: CustomStringConvertible {
    public var description: String { "\(name):\(tag)" }
}

extension ModelName: Codable {
    public init(from decoder: any Decoder) throws {
        try self.init(parsing: decoder.singleValueContainer().decode(String.self))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
