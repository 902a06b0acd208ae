import CHoldfastSystem
import Glibc
import HoldfastConfine
import HoldfastCore

/// The program `holdfast-signer`: `--state DIR --socket PATH [--uid USER …] [--gid GROUP]`.
public enum SignerProgram {
    public static let usage = """
        usage: holdfast-signer --state DIR --socket PATH [--uid USER]… [--gid GROUP]

        Holds the catalog's snapshot, timestamp and director keys, and signs for the users named (its own without --uid) through the Unix
        socket PATH. It has no network: neither it nor anything it becomes can open a socket of another kind.
        """

    public static func run(_ arguments: [String]) -> Never {
        do {
            var options = try options(arguments)
            guard let state = options.removeValue(forKey: "--state")?.last, let path = options.removeValue(forKey: "--socket")?.last else {
                throw HoldfastError(.invalidRequest, usage)
            }
            let uids = try options.removeValue(forKey: "--uid")?.map(user) ?? [geteuid()]
            let gid = try options.removeValue(forKey: "--gid")?.last.map(group)
            hf_set_dumpable(0)
            // A socket that came with us would be a way out.
            hf_close_from(3)
            signal(SIGPIPE, SIG_IGN)
            umask(0o077)
            let signer = try Signer(state: state) { Int64(time(nil)) }
            var server = try SignerServer(socket: path, uids: Set(uids), group: gid, signer: signer)
            NetworklessService.confine(folder: state)
            say("holdfast-signer: ready\n")
            server.run()
        } catch {
            let error = error as? HoldfastError ?? HoldfastError(.internalError, "\(error)")
            say("holdfast-signer: \(error.message)\n" + (error.hint.map { "  try: \($0)\n" } ?? ""))
            exit(error.code == .invalidRequest ? 64 : error.code == .configurationInvalid ? 78 : 1)
        }
    }

    private static func options(_ arguments: [String]) throws -> [String: [String]] {
        var options: [String: [String]] = [:]
        var rest = arguments[...]
        while let name = rest.popFirst() {
            guard ["--state", "--socket", "--uid", "--gid"].contains(name), let value = rest.popFirst() else {
                throw HoldfastError(.invalidRequest, usage)
            }
            options[name, default: []].append(value)
        }
        return options
    }

    /// A number, or a name that this machine knows.
    private static func user(_ text: String) throws -> uid_t {
        try checked(UInt32(text) ?? getpwnam(text)?.pointee.pw_uid, text)
    }

    private static func group(_ text: String) throws -> gid_t { try checked(UInt32(text) ?? getgrnam(text)?.pointee.gr_gid, text) }

    private static func checked(_ number: UInt32?, _ text: String) throws -> UInt32 {
        guard let number, number != 65_534, number != .max else {
            throw HoldfastError(.configurationInvalid, "'\(text)' is no user's or group's name or number.")
        }
        return number
    }

    private static func say(_ text: String) { _ = text.withCString { write(STDERR_FILENO, $0, strlen($0)) } }
}
