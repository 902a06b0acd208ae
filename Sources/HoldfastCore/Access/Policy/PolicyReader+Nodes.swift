import Yams

/// The shapes a policy is made of. Each refusal says what was expected and what is there.
extension PolicyReader {
    func location(of node: Node) -> SourceLocation {
        SourceLocation(file: file, line: node.mark?.line, column: node.mark?.column)
    }

    mutating func report(_ node: Node, _ message: String) {
        problems.append(PolicyProblem(at: location(of: node), message))
    }

    /// A mapping with known keys only. A misspelt key is told as that, and not also as a missing one.
    /// - Returns: nil when a required key is missing.
    mutating func fields(of node: Node, _ what: String, required: [String], optional: [String] = []) -> [String: Node]? {
        guard let pairs = pairs(of: node, what) else { return nil }
        let allowed = required + optional
        var fields: [String: Node] = [:]
        let before = problems.count
        for (key, value) in pairs {
            guard let name = text(key, "a key") else { continue }
            if allowed.contains(name) {
                fields[name] = value
            } else {
                let known = allowed.map { "'\($0)'" }.joined(separator: ", ")
                let suggestion = Nearest.suggestion(for: name, among: allowed)
                report(key, "\(what) has no '\(name.prefix(80))'\(suggestion.isEmpty ? "; it has \(known)" : suggestion)")
            }
        }
        let missing = required.filter { fields[$0] == nil }
        if let first = missing.first, problems.count == before { report(node, "\(what) needs '\(first)'") }
        return missing.isEmpty ? fields : nil
    }

    /// A mapping that is not empty.
    mutating func pairs(of node: Node, _ what: String) -> [(key: Node, value: Node)]? {
        guard case .mapping(let mapping) = node else {
            report(node, "\(what) must be a mapping (KEY: VALUE), and is \(describe(node))")
            return nil
        }
        guard !mapping.isEmpty else {
            report(node, "\(what) is empty")
            return nil
        }
        return mapping.map { ($0.key, $0.value) }
    }

    /// A list that is not empty.
    mutating func list(_ node: Node, _ what: String) -> [Node]? {
        guard case .sequence(let sequence) = node else {
            report(node, "\(what) must be a list, and is \(describe(node))")
            return nil
        }
        guard !sequence.isEmpty else {
            report(node, "\(what) is an empty list; leave out what should grant nothing")
            return nil
        }
        return Array(sequence)
    }

    /// Text, and nothing that YAML reads as something else: `no` and `010` must be in quotes, whatever reads the file next.
    mutating func text(_ node: Node, _ what: String) -> String? {
        guard case .scalar(let scalar) = node, node.tag == Tag(.str), !scalar.string.isEmpty else {
            report(node, "\(what) must be text, and is \(describe(node))")
            return nil
        }
        return scalar.string
    }

    /// A whole number, as it is written.
    mutating func number(_ node: Node, _ what: String) -> String? {
        guard case .scalar(let scalar) = node, node.tag == Tag(.int) else {
            report(node, "\(what) must be a number, and is \(describe(node))")
            return nil
        }
        return scalar.string
    }

    /// `true` or `false`, written so.
    mutating func truth(_ node: Node, _ what: String) -> Bool? {
        guard case .scalar(let scalar) = node, scalar.style == .plain, let value = Bool(scalar.string) else {
            report(node, "\(what) must be true or false, and is \(describe(node))")
            return nil
        }
        return value
    }

    private func describe(_ node: Node) -> String {
        switch node {
        case .mapping: return "a mapping"
        case .sequence: return "a list"
        case .alias: return "an alias"
        case .scalar(let scalar):
            if scalar.string.isEmpty { return "nothing" }
            let isText = node.tag == Tag(.str)
            return isText ? "the text '\(scalar.string.prefix(40))'" : "\(scalar.string.prefix(40)), which is no text without quotes"
        }
    }
}
