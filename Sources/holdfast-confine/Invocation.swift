/// The command line, read and checked.
struct Invocation {
    struct Mistake: Error { let text: String }

    /// The process that must still be our parent after the death signal is set.
    var parent: Int32
    var limits: [Limit]
    /// Absolute: PATH is never searched.
    var program: String
    /// Without the program.
    var arguments: [String]

    static func parse(_ words: ArraySlice<String>) -> Result<Invocation, Mistake> {
        var rest = words
        var parent: Int32?
        var limits: [Limit] = []
        while let option = rest.popFirst() {
            if option == "--" {
                guard let parent else { return .failure(Mistake(text: "--parent PID is needed")) }
                guard let program = rest.popFirst() else { return .failure(Mistake(text: "no engine after '--'")) }
                guard program.hasPrefix("/") else { return .failure(Mistake(text: "the engine's path must be absolute: \(program)")) }
                return .success(Invocation(parent: parent, limits: limits, program: program, arguments: Array(rest)))
            }
            guard let value = rest.popFirst() else { return .failure(Mistake(text: "\(option) needs a value, or is unknown")) }
            if option == "--parent" {
                guard let pid = Int32(value), pid > 0 else { return .failure(Mistake(text: "--parent is not a process id: \(value)")) }
                parent = pid
            } else if option.hasPrefix("--limit-"), let resource = Limit.resource(named: String(option.dropFirst(8))) {
                guard let number = UInt64(value) else { return .failure(Mistake(text: "\(option) is not a number: \(value)")) }
                limits.append(Limit(name: String(option.dropFirst(2)), resource: resource, value: number))
            } else {
                return .failure(Mistake(text: "unknown option: \(option)"))
            }
        }
        return .failure(Mistake(text: "usage: holdfast-confine --parent PID [--limit-NAME VALUE ...] -- /absolute/engine [argument ...]"))
    }
}
