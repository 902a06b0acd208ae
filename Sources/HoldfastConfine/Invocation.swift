import HoldfastLaunch

/// The command line, read and checked.
public struct Invocation: Sendable {
    public struct Mistake: Error { public let text: String }

    /// What happens where the kernel does not offer a layer.
    enum Level: String {
        /// Nothing runs.
        case required
        /// A line on standard error, and the engine runs without it.
        case bestEffort = "best_effort"
        /// It is not even tried.
        case off
    }

    /// The process that must still be our parent after the death signal is set.
    var parent: Int32 = 0
    var limits: [Limit] = []
    /// Required unless the command line says otherwise: what is forgotten is not missing.
    var landlock = Level.required
    /// The oldest version of Landlock's interface that will do.
    var landlockABI: Int32 = 1
    var seccomp = Level.required
    var calls = SyscallProfile.native
    /// To be read, with all that is beneath.
    var folders: [String] = []
    /// The one file that is read beside them.
    public internal(set) var model: String?
    /// It is open already, under this number: we could not reach it by its path.
    var modelDescriptor: Int32?
    /// A folder for files it writes.
    var scratch: String?
    /// A folder for the socket it makes.
    var sockets: String?
    /// Bits that files and sockets it makes do not get.
    var umask: UInt32 = 0o077
    var user: EngineUser?
    /// Absolute: PATH is never searched. Nil for a program that shuts itself in.
    var program: String?
    /// Without the program.
    var arguments: [String] = []

    /// - Parameter needsProgram: whether `-- /absolute/program [argument …]` must be the end of it, or must not be there.
    public static func parse(_ words: ArraySlice<String>, needsProgram: Bool = true) -> Result<Invocation, Mistake> {
        var rest = words
        var invocation = Invocation()
        do throws(Mistake) {
            while let option = rest.popFirst() {
                if option == "--" {
                    guard needsProgram else { throw Mistake(text: "this program runs no other") }
                    try invocation.takeProgram(rest)
                    return .success(invocation)
                }
                guard let value = rest.popFirst() else { throw Mistake(text: "\(option) needs a value, or is unknown") }
                try invocation.take(option, value)
            }
            guard !needsProgram, invocation.parent > 0 else {
                throw Mistake(text: "usage: holdfast-confine --parent PID [--NAME VALUE ...] -- /absolute/engine [argument ...]")
            }
        } catch {
            return .failure(error)
        }
        return .success(invocation)
    }

    private mutating func takeProgram(_ words: ArraySlice<String>) throws(Mistake) {
        guard parent > 0 else { throw Mistake(text: "--parent PID is needed") }
        guard let path = words.first else { throw Mistake(text: "no engine after '--'") }
        program = try Self.absolute(path, "the engine's path")
        arguments = Array(words.dropFirst())
    }

    private mutating func take(_ option: String, _ value: String) throws(Mistake) {
        switch option {
        case "--parent":
            guard let pid = Int32(value), pid > 0 else { throw Mistake(text: "--parent is not a process id: \(value)") }
            parent = pid
        case "--landlock": landlock = try Self.level(option, value)
        case "--seccomp": seccomp = try Self.level(option, value)
        case "--landlock-abi":
            guard let version = Int32(value), version > 0 else { throw Mistake(text: "\(option) is not a version: \(value)") }
            landlockABI = version
        case "--calls":
            guard let profile = SyscallProfile(rawValue: value) else { throw Mistake(text: "\(option): there is no list '\(value)'") }
            calls = profile
        case "--folder": folders.append(try Self.absolute(value, option))
        case "--model": model = try Self.absolute(value, option)
        case "--scratch": scratch = try Self.absolute(value, option)
        case "--sockets": sockets = try Self.absolute(value, option)
        case "--model-descriptor":
            // What is beyond it is closed.
            guard value == String(givenDescriptor) else { throw Mistake(text: "\(option) can be \(givenDescriptor) only, not \(value)") }
            modelDescriptor = givenDescriptor
        case "--umask":
            guard let bits = UInt32(value, radix: 8), bits & 0o007 == 0o007, bits <= 0o777 else {
                throw Mistake(text: "\(option) is not an octal number that leaves others nothing: \(value)")
            }
            umask = bits
        case "--user":
            guard let found = EngineUser(value) else { throw Mistake(text: "\(option) is not UID:GID of another than root: \(value)") }
            user = found
        default:
            guard option.hasPrefix("--limit-"), let resource = Limit.resource(named: String(option.dropFirst(8))) else {
                throw Mistake(text: "unknown option: \(option)")
            }
            guard let number = UInt64(value) else { throw Mistake(text: "\(option) is not a number: \(value)") }
            limits.append(Limit(name: String(option.dropFirst(2)), resource: resource, value: number))
        }
    }

    private static func level(_ option: String, _ value: String) throws(Mistake) -> Level {
        guard let level = Level(rawValue: value) else {
            throw Mistake(text: "\(option) is required, best_effort or off, not \(value)")
        }
        return level
    }

    private static func absolute(_ path: String, _ what: String) throws(Mistake) -> String {
        guard path.hasPrefix("/") else { throw Mistake(text: "\(what) must be absolute: \(path)") }
        return path
    }
}
