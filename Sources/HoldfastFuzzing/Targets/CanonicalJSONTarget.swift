import HoldfastCore
import HoldfastTestSupport

extension FuzzTarget {
    /// What is read is written as it was, or in the one form that is read again; Foundation reads the same from it.
    static let canonicalJSON = FuzzTarget("canonical-json") { input in
        let canonical = try accepted([.auditBroken]) { try CanonicalJSON(parsing: input, requireCanonical: true) }
        guard let value = try accepted([.auditBroken], { try CanonicalJSON(parsing: input, requireCanonical: false) }) else {
            return try require(canonical == nil, "canonical, and yet no JSON")
        }
        let written = try value.serialized()
        try require((canonical != nil) == (written == input), "canonical is what is written, and nothing else is")
        let again = try CanonicalJSON(parsing: written, requireCanonical: true)
        try require(again == value, "another value comes back")
        try require(try again.serialized() == written, "other bytes come back")
        // The strict reader takes no more than a general one does, and takes it for the same.
        let foundation = try JSONValue(parsing: input)
        try require(isSame(value, foundation), "Foundation reads \(foundation.text)")
        try require(isSame(value, try JSONValue(parsing: written)), "Foundation reads the canonical form otherwise")
        if let record = try? AuditRecord(parsing: input) {
            try require(try record.canonicalBytes() == input, "an audit record is not what it was read from")
        }
    }

    private static func isSame(_ ours: CanonicalJSON, _ other: JSONValue) -> Bool {
        switch (ours, other) {
        case (.null, .null): true
        case (.bool(let first), .bool(let second)): first == second
        case (.integer(let first), .integer(let second)): first == second
        // Bytes, for two spellings of one character are two texts.
        case (.string(let first), .string(let second)): first.utf8.elementsEqual(second.utf8)
        case (.array(let first), .array(let second)): first.count == second.count && zip(first, second).allSatisfy { isSame($0, $1) }
        case (.object(let first), .object(let second)):
            first.count == second.count && first.allSatisfy { key, value in second[key].map { isSame(value, $0) } ?? false }
        default: false
        }
    }
}
