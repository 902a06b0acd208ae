/// PATHPATTERN (§4.5): a shell's wildcards, none of which matches a `/`. As Python's `fnmatchcase` on each step, which python-tuf uses.
enum TUFPathPattern {
    static func matches(_ path: String, _ pattern: String) -> Bool {
        let steps = path.split(separator: "/", omittingEmptySubsequences: false)
        let patterns = pattern.split(separator: "/", omittingEmptySubsequences: false)
        return steps.count == patterns.count
            && zip(steps, patterns).allSatisfy { matches(step: Array($0.unicodeScalars), tokens(Array($1.unicodeScalars))) }
    }

    private enum Token {
        case any, one
        case scalar(Unicode.Scalar)
        case set([ClosedRange<Unicode.Scalar>], isInverted: Bool)

        func contains(_ scalar: Unicode.Scalar) -> Bool {
            switch self {
            case .any, .one: true
            case .scalar(let wanted): scalar == wanted
            case .set(let ranges, let isInverted): ranges.contains { $0.contains(scalar) } != isInverted
            }
        }
    }

    /// Time grows with the product of the two lengths: only the last `*` is ever tried again.
    private static func matches(step: [Unicode.Scalar], _ tokens: [Token]) -> Bool {
        var position = 0
        var token = 0
        var star: (token: Int, position: Int)?
        while position < step.count {
            if token < tokens.count, case .any = tokens[token] {
                star = (token, position)
                token += 1
            } else if token < tokens.count, tokens[token].contains(step[position]) {
                token += 1
                position += 1
            } else if let last = star {
                star = (last.token, last.position + 1)
                token = last.token + 1
                position = last.position + 1
            } else {
                return false
            }
        }
        return tokens[token...].allSatisfy { if case .any = $0 { true } else { false } }
    }

    private static func tokens(_ pattern: [Unicode.Scalar]) -> [Token] {
        var tokens: [Token] = []
        var rest = pattern[...]
        while let scalar = rest.popFirst() {
            switch scalar {
            case "*": tokens.append(.any)
            case "?": tokens.append(.one)
            case "[": tokens.append(takeSet(&rest) ?? .scalar("["))
            default: tokens.append(.scalar(scalar))
            }
        }
        return tokens
    }

    /// `[abc]`, `[a-z]`, `[!abc]`; a `]` that comes first stands for itself.
    /// - Returns: nil when it is not closed: then the bracket stands for itself.
    private static func takeSet(_ rest: inout ArraySlice<Unicode.Scalar>) -> Token? {
        var body = rest
        let isInverted = body.first == "!"
        if isInverted { body.removeFirst() }
        let search = body.first == "]" ? body.dropFirst() : body
        guard let end = search.firstIndex(of: "]") else { return nil }
        rest = rest[(end + 1)...]
        body = body[..<end]
        var ranges: [ClosedRange<Unicode.Scalar>] = []
        while let first = body.popFirst() {
            if body.count >= 2, body.first == "-", let last = body.dropFirst().first {
                body = body.dropFirst(2)
                // A range that runs backwards is empty.
                if first <= last { ranges.append(first...last) }
            } else {
                ranges.append(first...first)
            }
        }
        return .set(ranges, isInverted: isInverted)
    }
}
