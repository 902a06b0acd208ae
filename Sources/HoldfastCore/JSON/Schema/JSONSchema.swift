/// What an answer in JSON must look like: as much of JSON Schema as an engine can be held to, in values of our own.
///
/// A client's schema never reaches an engine. llama.cpp turns a schema into a grammar on the thread that computes for everybody, and believes
/// what it reads: bounds the wrong way round let it build rules until memory is gone, and two alternatives that begin alike and contain each
/// other double its work with every token. ``JSONSchemaReader`` lets neither in; ``JSONSchemaWriter`` spells out what is left.
public struct JSONSchema: Sendable, Equatable {
    /// One place of the schema.
    public indirect enum Node: Sendable, Equatable {
        /// Any JSON.
        case any
        /// ``JSONSchema/definitions`` at this index.
        case reference(Int)
        /// At least one.
        case anyOf([Node])
        /// One of these strings, numbers, booleans or null; at least one.
        case constants([OrderedJSON])
        /// These members in this order, and no others.
        case object([Property])
        /// Any members, each with such a value.
        case map(Node)
        case array(Node, Repetition)
        /// Exactly these elements.
        case tuple([Node])
        /// With as many characters; nil for any.
        case string(Repetition?)
        case formatted(Format)
        /// Within ``JSONSchemaLimits/integerRange``; nil for any.
        case integer(ClosedRange<Int64>?)
        case number
        case boolean
        case null
    }

    public struct Property: Sendable, Equatable {
        public let name: String
        public let node: Node
        public let isRequired: Bool
    }

    /// How many times; without a maximum, any number from the minimum on.
    public struct Repetition: Sendable, Equatable {
        public let minimum: Int
        public let maximum: Int?
    }

    /// The formats of strings that llama.cpp has a rule for.
    public enum Format: String, Sendable, CaseIterable {
        case date
        case time
        case dateTime = "date-time"
        case uuid
    }

    /// What references lead to. The first is the whole.
    public let definitions: [Node]
    /// Of the schema as the client wrote it, without white space; for the audit trail.
    public let byteCount: Int
}

/// How large a schema may be. Measured with SmolLM2 on one thread (`docs/decisions/0013-answers-by-a-schema.md`): the worst that these let in takes the engine a quarter
/// of a second to compile, in which others wait, and three times a plain token's time for each token.
public enum JSONSchemaLimits {
    public static let bytes = 65_536
    /// Schemas within one another; a reference begins anew.
    public static let depth = 16
    /// Schemas in all.
    public static let nodes = 500
    /// The engine's work grows with their square.
    public static let properties = 100
    public static let nameBytes = 128
    /// Of one `enum`, and of one string in it.
    public static let constants = 250
    public static let constantBytes = 256
    /// Of one string's length and one array's items; beyond 2,000 llama.cpp forgets the bound.
    public static let length = 2_000
    public static let items = 1_000
    /// All lengths and counts of a schema together.
    public static let repetitions = 20_000
    /// Beyond fifteen digits llama.cpp's rule for a range counts below zero.
    public static let integerRange: ClosedRange<Int64> = -999_999_999_999_999...999_999_999_999_999
    /// Alternatives that an engine may have to follow at the same time.
    public static let width = 250
}
