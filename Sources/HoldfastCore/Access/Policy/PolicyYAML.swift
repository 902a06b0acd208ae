import Yams

/// From bytes to a YAML tree without anchors and aliases.
enum PolicyYAML {
    struct Refused: Error { let problem: PolicyProblem }

    static func compose(_ source: PolicySource) throws(Refused) -> Node {
        func refuse(_ message: String, line: Int = 1, column: Int = 1) -> Refused {
            Refused(problem: PolicyProblem(at: SourceLocation(file: source.name, line: line, column: column), message))
        }
        guard source.bytes.count <= PolicySource.maximumByteCount else {
            throw refuse("the file has \(source.bytes.count) bytes; a policy has at most \(PolicySource.maximumByteCount)")
        }
        guard let text = String(validating: source.bytes, as: UTF8.self) else {
            throw refuse("the file is not UTF-8 text", line: invalidLine(source.bytes))
        }
        if let unwanted = PolicyText.unwanted(in: source.bytes) {
            throw refuse(unwanted.why, line: unwanted.line, column: unwanted.column)
        }
        do {
            guard let root = try Yams.compose(yaml: text, .default, .default, .utf8) else {
                throw refuse("the file says nothing; a policy begins with 'version: 1'")
            }
            return root
        } catch let error as Refused {
            throw error
        } catch let error as YamlError {
            let (message, line, column) = explain(error)
            throw refuse(message, line: line, column: column)
        } catch {
            throw refuse("the file is not YAML: \(error)")
        }
    }

    private static func explain(_ error: YamlError) -> (message: String, line: Int, column: Int) {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            if problem.contains("undefined alias") || context?.text.contains("alias") == true {
                let star = context?.mark ?? mark
                return ("a word that begins with '*' must be in quotes: \"*\"", star.line, star.column)
            }
            if problem.contains("another document") {
                return ("a second document begins here; a policy file is one document", mark.line, mark.column)
            }
            return ("not YAML: \(context.map { "\($0.text), " } ?? "")\(problem)", mark.line, mark.column)
        case .duplicatedKeysInMapping(let duplicates, let context):
            let keys = duplicates.map { "'\($0)'" }.joined(separator: ", ")
            return ("the same mapping has \(keys) more than once", context.mark.line, context.mark.column)
        case .reader(let problem, let offset, _, let yaml):
            let before = yaml.prefix(offset ?? 0)
            let line = before.count { $0.isNewline } + 1
            return ("not YAML: \(problem)", line, before.reversed().prefix { !$0.isNewline }.count + 1)
        default:
            return ("not YAML: \(error)", 1, 1)
        }
    }

    private static func invalidLine(_ bytes: [UInt8]) -> Int {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        return (lines.firstIndex { String(validating: $0, as: UTF8.self) == nil } ?? 0) + 1
    }
}
